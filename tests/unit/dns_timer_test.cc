#include "netlat/flow/dns_timer.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>

#include "lib/flow/dns_message.h"
#include "tests/unit/dns_octets.h"

namespace netlat {
namespace {

using namespace test;

class DnsTimerTest : public ::testing::Test {
 protected:
  std::optional<DnsAnswer> query(std::int64_t ms, const DnsOctets& m) {
    return send(ms, client, server, m.octets());
  }
  std::optional<DnsAnswer> response(std::int64_t ms, DnsOctets m,
                                    std::uint16_t flags = kResponse) {
    m.flags = flags;
    return send(ms, server, client, m.octets());
  }
  std::optional<DnsAnswer> send(std::int64_t ms, const Host& from,
                                const Host& to, const Octets& payload) {
    Segment s = udp(at_ms(ms), from, to, payload);
    adjust(s);
    return timer.advance(s);
  }

  Host client = host("10.0.0.1", 40000);
  Host server = host("10.0.0.53", 53);
  std::function<void(Segment&)> adjust = [](Segment&) {};
  DnsTimer timer{KeyedHash(1)};
};

TEST_F(DnsTimerTest, AnswerCarriesTheWholeQuestion) {
  EXPECT_FALSE(query(0, {}));
  const auto a = response(25, {}, 0x8183);
  ASSERT_TRUE(a);
  EXPECT_EQ(a->question.client, client.address);
  EXPECT_EQ(a->question.server, server.address);
  EXPECT_EQ(a->question.client_port, 40000);
  EXPECT_EQ(a->question.server_port, 53);
  EXPECT_EQ(a->question.name.view(), "www.example.com");
  EXPECT_EQ(a->question.qtype, 1);
  EXPECT_EQ(a->rcode, 3);
  EXPECT_FALSE(a->truncated);
  EXPECT_EQ(a->since_first, ms(25));
  EXPECT_EQ(a->since_last, ms(25));
  EXPECT_EQ(a->retries, 0u);
}

TEST_F(DnsTimerTest, RetryGivesBothTimes) {
  query(0, {});
  query(5000, {});
  const auto a = response(5020, {});
  ASSERT_TRUE(a);
  EXPECT_EQ(a->since_first, ms(5020));
  EXPECT_EQ(a->since_last, ms(20));
  EXPECT_EQ(a->retries, 1u);
  EXPECT_EQ(timer.counters().queries, 1u);
  EXPECT_FALSE(response(5021, {}));
  EXPECT_EQ(timer.counters().unmatched, 1u);
}

TEST_F(DnsTimerTest, LetterCaseDoesNotMatter) {
  DnsOctets mixed;
  mixed.name = wire_name("wWw.ExAmPlE.cOm");
  query(0, mixed);
  const auto a = response(1, {});
  ASSERT_TRUE(a);
  EXPECT_EQ(a->question.name.view(), "www.example.com");
}

TEST_F(DnsTimerTest, SameIdentifierOtherQuestionIsOther) {
  DnsOctets aaaa;
  aaaa.qtype = 28;
  query(0, {});
  query(1, aaaa);
  EXPECT_EQ(timer.counters().retries, 0u);
  const auto second = response(11, aaaa);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->since_last, ms(10));
  EXPECT_EQ(second->question.qtype, 28);
  EXPECT_TRUE(response(12, {}));
}

TEST_F(DnsTimerTest, RefusalWithoutQuestionMatchesOneQuery) {
  DnsOctets bare;
  bare.questions = 0;
  query(0, {});
  const auto a = response(4, bare, 0x8181);
  ASSERT_TRUE(a);
  EXPECT_EQ(a->rcode, 1);
  EXPECT_EQ(a->question.name.view(), "www.example.com");
}

TEST_F(DnsTimerTest, RefusalWithoutQuestionIsNotGuessed) {
  DnsOctets aaaa, bare;
  aaaa.qtype = 28;
  bare.questions = 0;
  query(0, {});
  query(1, aaaa);
  EXPECT_FALSE(response(4, bare, 0x8181));
  EXPECT_EQ(timer.pending(), 2u);
}

TEST_F(DnsTimerTest, VantageAndTunnelBelongToTheKey) {
  query(0, {});
  adjust = [](Segment& s) { s.vantage = 1; };
  EXPECT_FALSE(response(1, {}));
  adjust = [](Segment& s) {
    s.encap[0] = {EncapKind::vxlan, 42};
    s.encap_count = 1;
  };
  EXPECT_FALSE(response(2, {}));
  adjust = [](Segment& s) {
    s.encap[0] = {EncapKind::vlan, 42};
    s.encap_count = 1;
  };
  EXPECT_TRUE(response(3, {}));
}

TEST_F(DnsTimerTest, CaptureDuplicateIsNoRetry) {
  const auto seen_at = [&](std::uint32_t link, std::uint16_t id) {
    adjust = [=](Segment& s) {
      s.link_tag = link;
      s.has_ip_id = true;
      s.ip_id = id;
    };
  };
  seen_at(1, 100);
  query(0, {});
  seen_at(2, 100);
  query(1, {});
  seen_at(1, 101);
  query(2, {});
  EXPECT_EQ(timer.counters().duplicates, 1u);
  EXPECT_EQ(timer.counters().retries, 1u);
}

TEST_F(DnsTimerTest, TimeOut) {
  query(0, {});
  EXPECT_FALSE(timer.take_unanswered(at_ms(30'000)));
  const auto lost = timer.take_unanswered(at_ms(30'001));
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->question.name.view(), "www.example.com");
  EXPECT_EQ(lost->first, at_ms(0));
  EXPECT_FALSE(timer.take_unanswered(at_ms(30'001)));
  EXPECT_EQ(timer.counters().unanswered, 1u);
  query(40'000, {});
  EXPECT_FALSE(response(80'000, {}));
  EXPECT_EQ(timer.counters().unanswered, 2u);
  EXPECT_EQ(timer.counters().unmatched, 1u);
}

TEST_F(DnsTimerTest, ClockGoingBackGivesNoSample) {
  query(10, {});
  EXPECT_FALSE(response(9, {}));
  EXPECT_EQ(timer.counters().negative, 1u);
  EXPECT_EQ(timer.pending(), 0u);
}

TEST_F(DnsTimerTest, OutermostStampsDoNotOverflow) {
  const Octets q = DnsOctets{}.octets();
  timer.advance(udp(Stamp::min(), client, server, q));
  timer.advance(udp(Stamp::max(), client, server, q));
  EXPECT_EQ(timer.counters().unanswered, 1u);
  EXPECT_FALSE(timer.take_unanswered(Stamp::min()));
}

struct PortRow {
  const char* name;
  const char *from, *to;
  Port from_port, to_port;
  bool counted;
};
class DnsPorts : public DnsTimerTest,
                 public ::testing::WithParamInterface<PortRow> {};

TEST_P(DnsPorts, Concern) {
  const PortRow& row = GetParam();
  send(0, host(row.from, row.from_port), host(row.to, row.to_port),
       DnsOctets{}.octets());
  EXPECT_EQ(timer.counters().queries, row.counted ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DnsPorts,
    ::testing::Values(
        PortRow{"dns", "10.0.0.1", "10.0.0.2", 999, 53, true},
        PortRow{"both_53", "10.0.0.1", "10.0.0.2", 53, 53, true},
        PortRow{"query_from_53", "10.0.0.1", "10.0.0.2", 53, 999, false},
        PortRow{"mdns", "10.0.0.1", "224.0.0.251", 5353, 5353, false},
        PortRow{"mdns_unicast", "10.0.0.1", "10.0.0.2", 999, 5353, true},
        PortRow{"mdns_v6", "fe80::1", "ff02::fb", 5353, 5353, false},
        PortRow{"llmnr", "10.0.0.1", "224.0.0.252", 999, 5355, false},
        PortRow{"other", "10.0.0.1", "10.0.0.2", 999, 999, false}),
    [](const auto& row) { return row.param.name; });

struct HostileRow {
  const char* name;
  DnsOctets message;
  DnsParse expected;
};
Octets many_labels(std::size_t n) {
  Octets out;
  for (std::size_t i = 0; i < n; ++i) put(out, Octets{1, 'a'});
  out.push_back(0);
  return out;
}
Octets label(std::uint8_t n) {
  Octets out{n};
  out.resize(n + 1u, 'a');
  out.push_back(0);
  return out;
}
class DnsHostile : public ::testing::TestWithParam<HostileRow> {};

TEST_P(DnsHostile, Parse) {
  const Octets octets = GetParam().message.octets();
  DnsMessage out;
  EXPECT_EQ(parse_dns(octets, static_cast<std::uint32_t>(octets.size()), out),
            GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DnsHostile,
    ::testing::Values(
        HostileRow{
            "pointer_to_itself", {.name = {0xc0, 12}}, DnsParse::malformed},
        HostileRow{"pointer_after_label",
                   {.name = {1, 'a', 0xc0, 12}},
                   DnsParse::malformed},
        HostileRow{"extended_label", {.name = {0x41, 0}}, DnsParse::malformed},
        HostileRow{"label_of_64", {.name = label(64)}, DnsParse::malformed},
        HostileRow{"label_of_63", {.name = label(63)}, DnsParse::question},
        HostileRow{
            "octets_behind_pointer", {.name = label(192)}, DnsParse::malformed},
        HostileRow{
            "label_beyond_end", {.name = {63, 'a', 'b'}}, DnsParse::malformed},
        HostileRow{"no_root", {.name = {}}, DnsParse::malformed},
        HostileRow{
            "name_of_64k", {.name = many_labels(32768)}, DnsParse::malformed},
        HostileRow{"longest", {.name = many_labels(127)}, DnsParse::question},
        HostileRow{
            "one_too_long", {.name = many_labels(128)}, DnsParse::malformed},
        HostileRow{"root", {.name = {0}}, DnsParse::question},
        HostileRow{
            "zero_octets_in_label", {.name = {2, 0, 0, 0}}, DnsParse::question},
        HostileRow{"no_question", {.questions = 0}, DnsParse::no_question},
        HostileRow{
            "questions_65535", {.questions = 0xffff}, DnsParse::unusual}),
    [](const auto& row) { return row.param.name; });

// Cut anywhere, on the wire or by the snapshot length, from a heap block of
// the exact size.
TEST(DnsMessageTest, EveryPrefix) {
  const Octets whole = DnsOctets{}.octets();
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto block = std::make_unique<std::uint8_t[]>(n);
    std::copy_n(whole.begin(), n, block.get());
    const Bytes bytes(block.get(), n);
    DnsMessage out;
    EXPECT_EQ(parse_dns(bytes, static_cast<std::uint32_t>(n), out),
              DnsParse::malformed)
        << n;
    const auto wire = static_cast<std::uint32_t>(whole.size());
    EXPECT_EQ(parse_dns(bytes, wire, out),
              n < 12 ? DnsParse::cut : DnsParse::question)
        << n;
    const std::string_view full = "www.example.com";
    EXPECT_EQ(out.name.view(), full.substr(0, out.name.size()));
    if (n >= 12) {
      EXPECT_EQ(out.name_cut, n < whole.size() - 4) << n;
      EXPECT_EQ(out.qtype, 0) << n;
    }
  }
}

TEST_F(DnsTimerTest, SnapshotLengthStillMatches) {
  for (const std::size_t visible : {12u, 15u, 20u, 29u}) {
    adjust = [=](Segment& s) { s.payload = s.payload.first(visible); };
    query(0, {});
    EXPECT_TRUE(response(7, {})) << visible;
  }
  DnsOctets other;
  other.name = wire_name("wwx.example.com");
  query(0, {});
  EXPECT_FALSE(response(7, other));
}

TEST_F(DnsTimerTest, FloodIsBoundedAndCounted) {
  DnsTimer small(KeyedHash(1), 64);
  for (int i = 0; i < 20000; ++i) {
    DnsOctets m;
    m.id = static_cast<std::uint16_t>(i);
    small.advance(udp(at_us(i), client, server, m.octets()));
  }
  const DnsCounters& c = small.counters();
  EXPECT_LE(small.pending(), 80u);
  EXPECT_EQ(c.queries, 20000u);
  EXPECT_EQ(c.evicted + small.pending(), c.queries);
}

// Random questions, retries, losses, repeats and delays against a map that
// never forgets; all answers within the timeout and a table with room.
TEST_F(DnsTimerTest, AgreesWithMap) {
  using Key = std::tuple<Port, std::uint16_t, std::string, std::uint16_t>;
  struct Asked {
    std::int64_t first, last;
    std::uint32_t retries;
  };
  std::map<Key, Asked> oracle;
  std::mt19937 random(11);
  const auto pick = [&](unsigned n) { return random() % n; };
  std::int64_t now = 0;
  for (int step = 0; step < 30000; ++step) {
    now += static_cast<std::int64_t>(pick(40));
    DnsOctets m;
    client.port = static_cast<Port>(30000 + pick(4));
    m.id = static_cast<std::uint16_t>(pick(5));
    m.qtype = pick(2) == 0 ? 1 : 28;
    const std::string name(1, static_cast<char>('a' + pick(3)));
    m.name = wire_name(name);
    const Key key{client.port, m.id, name, m.qtype};
    const auto known = oracle.find(key);
    const bool late =
        known != oracle.end() && now - known->second.last > 30'000;
    if (pick(3) < 2) {
      EXPECT_FALSE(query(now, m));
      if (known == oracle.end() || late) {
        oracle[key] = {now, now, 0};
      } else {
        known->second.last = now;
        ++known->second.retries;
      }
      continue;
    }
    const auto a = response(now, m);
    ASSERT_EQ(a.has_value(), known != oracle.end() && !late) << step;
    if (a) {
      EXPECT_EQ(a->since_first, ms(now - known->second.first));
      EXPECT_EQ(a->since_last, ms(now - known->second.last));
      EXPECT_EQ(a->retries, known->second.retries);
    }
    if (known != oracle.end()) oracle.erase(known);
  }
  const DnsCounters& c = timer.counters();
  EXPECT_EQ(c.evicted, 0u);
  EXPECT_GT(c.answers, 1000u);
  EXPECT_EQ(c.queries, c.answers + c.unanswered + timer.pending());
}

}  // namespace
}  // namespace netlat
