// The bounded tables of what strangers choose.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "netlat/measure/distinct_count.h"
#include "netlat/measure/exchange_table.h"
#include "netlat/measure/icmp_error_table.h"
#include "netlat/measure/top_name.h"
#include "netlat/report/icmp_text.h"

namespace netlat {
namespace {

IpAddress host(std::uint32_t n) {
  const std::uint8_t octets[4] = {10, static_cast<std::uint8_t>(n >> 16),
                                  static_cast<std::uint8_t>(n >> 8),
                                  static_cast<std::uint8_t>(n)};
  return IpAddress::v4(octets);
}

ExchangeRecord asked(ExchangeKind kind, const IpAddress& server, Port port) {
  ExchangeRecord e;
  e.kind = kind;
  e.server = server;
  e.server_port = port;
  return e;
}

TEST(ExchangeTable, BeyondTheCapServersShareAnEntryByKind) {
  ExchangeTable table;
  for (std::uint32_t i = 0; i < 6'000; ++i) {
    table.add(asked(ExchangeKind::icmp_echo, host(i), 0));
    table.add(asked(ExchangeKind::dns, host(i), 53));
  }
  table.add(asked(ExchangeKind::dns, host(7), 53));
  std::map<ExchangeKind, std::uint64_t> sums;
  for (const auto& [key, stats] : table.entries()) {
    sums[key.kind] += stats.answered;
  }
  EXPECT_EQ(sums[ExchangeKind::icmp_echo], 6'000U);
  EXPECT_EQ(sums[ExchangeKind::dns], 6'001U);
  EXPECT_EQ(table.entries().size(), 4'096U + 2);
  EXPECT_EQ(table.entries().at({ExchangeKind::dns, host(7), 53}).answered, 2U);
}

// One exchange each: where it is counted and which of its times is added up.
TEST(ExchangeTable, AddsUpTheTimeThatIsShown) {
  using enum ExchangeKind;
  using enum RttSpan;
  constexpr auto kHandshake = QuicRttClass::handshake;
  constexpr auto kSpin = QuicRttClass::spin;
  struct Row {
    const char* name;
    ExchangeKind kind;
    RttSpan span;
    std::optional<QuicRttClass> rtt_class;
    bool ambiguous;
    std::size_t time;    // ExchangeTime
    std::int64_t nanos;  // -1: none
    std::uint64_t asked;
  };
  constexpr Row kRows[] = {
      {"dns", dns, server_half, {}, true, 0, 900, 1},
      {"tls", tls, server_half, kHandshake, false, 0, 7, 1},
      {"echo", icmp_echo, server_half, {}, true, 0, 80, 1},
      {"server's half", quic, server_half, kHandshake, false, 0, 80, 1},
      {"in doubt", quic, server_half, kHandshake, true, 0, -1, 1},
      {"client's half", quic, client_half, kHandshake, false, 1, 80, 0},
      {"client's half in doubt", quic, client_half, kHandshake, true, 1, -1, 0},
      {"spin, server", quic, server_half, kSpin, false, 2, 80, 0},
      {"spin, client", quic, client_half, kSpin, false, 3, 80, 0},
      {"spin", quic, end_to_end, kSpin, false, 4, 80, 0},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    ExchangeRecord e = asked(row.kind, host(1), 443);
    e.span = row.span;
    e.rtt_class = row.rtt_class;
    e.ambiguous = row.ambiguous;
    e.elapsed = Nanos{900};
    e.rtt = Nanos{80};
    e.service = Nanos{7};
    ExchangeTable table;
    table.add(e);
    const ExchangeStats& stats = table.entries().at({row.kind, host(1), 443});
    EXPECT_EQ(stats.answered, row.asked);
    for (std::size_t t = 0; t < kExchangeTimes; ++t) {
      const bool here = t == row.time && row.nanos >= 0;
      EXPECT_EQ(stats.times[t].totals().n, here ? 1U : 0U) << t;
      if (!here) continue;
      EXPECT_EQ(stats.times[t].totals().max, Nanos{row.nanos});
    }
  }
}

Segment icmp(Transport transport, std::uint8_t type, std::uint8_t code,
             std::uint32_t mtu, const IpAddress& from) {
  Segment s;
  s.transport = transport;
  s.icmp.type = type;
  s.icmp.code = code;
  s.icmp.next_hop_mtu = mtu;
  s.source = from;
  return s;
}

TEST(IcmpErrorTable, CountsErrorsAndNothingElse) {
  struct Row {
    Transport transport;
    std::uint8_t type, code;
    std::uint32_t mtu;
    const char* text;  // nullptr: no error
  };
  constexpr auto k4 = Transport::icmp, k6 = Transport::icmp6;
  constexpr Row kRows[] = {
      {k4, 3, 0, 0, "network unreachable"},
      {k4, 3, 3, 0, "port unreachable"},
      {k4, 3, 4, 1'400, "fragmentation needed, MTU 1,400"},
      {k4, 3, 4, 0, "fragmentation needed"},
      {k4, 3, 13, 0, "administratively prohibited"},
      {k4, 3, 99, 0, "ICMP type 3 code 99"},
      {k4, 4, 0, 0, "source quench"},
      {k4, 11, 0, 0, "TTL exceeded"},
      {k4, 11, 1, 0, "fragment reassembly time exceeded"},
      {k4, 12, 1, 0, "parameter problem"},
      {k6, 1, 3, 0, "address unreachable"},
      {k6, 1, 4, 0, "port unreachable"},
      {k6, 2, 0, 1'280, "packet too big, MTU 1,280"},
      {k6, 3, 0, 0, "hop limit exceeded"},
      {k6, 4, 0, 0, "parameter problem"},
      {k6, 100, 2, 0, "ICMPv6 type 100 code 2"},
      {k4, 0, 0, 0, nullptr},
      {k4, 5, 1, 0, nullptr},
      {k4, 8, 0, 0, nullptr},
      {k4, 35, 0, 0, nullptr},
      {k6, 0, 0, 0, nullptr},
      {k6, 128, 0, 0, nullptr},
      {k6, 135, 0, 0, nullptr},
      {Transport::udp, 3, 3, 0, nullptr},
  };
  for (const Row& row : kRows) {
    IcmpErrorTable table;
    table.advance(icmp(row.transport, row.type, row.code, row.mtu, host(1)));
    ASSERT_EQ(table.entries().size(), row.text == nullptr ? 0U : 1U);
    if (row.text == nullptr) continue;
    EXPECT_EQ(icmp_text(table.entries().begin()->first.error), row.text);
  }
}

TEST(IcmpErrorTable, NamesErrorsOfVariousCodes) {
  EXPECT_EQ(icmp_text({false, 3, {}, 0}), "destination unreachable");
  EXPECT_EQ(icmp_text({false, 11, {}, 0}), "time exceeded");
  EXPECT_EQ(icmp_text({true, 1, {}, 0}), "destination unreachable");
  EXPECT_EQ(icmp_text({true, 4, {}, 0}), "parameter problem");
  EXPECT_EQ(icmp_text({true, 100, {}, 0}), "ICMPv6 type 100");
}

TEST(IcmpErrorTable, CountsFlowsOfBothDirectionsOnce) {
  IcmpErrorTable table;
  Segment error = icmp(Transport::icmp, 11, 0, 0, host(1));
  error.time = stamp_ns(500);
  table.advance(error);
  error.icmp.has_quote = true;
  QuotedPacket& quote = error.icmp.quote;
  quote.transport = Transport::tcp;
  for (int round = 0; round < 3; ++round) {
    for (Port port = 1; port <= 5; ++port) {
      quote.source = host(8);
      quote.destination = host(9);
      quote.source_port = port;
      quote.destination_port = 443;
      table.advance(error);
      std::swap(quote.source, quote.destination);
      std::swap(quote.source_port, quote.destination_port);
      error.time += Nanos{1};
      table.advance(error);
    }
  }
  quote.transport = Transport::udp;
  error.time = stamp_ns(400);
  table.advance(error);
  ASSERT_EQ(table.entries().size(), 1U);
  const IcmpErrorStats& stats = table.entries().begin()->second;
  EXPECT_EQ(stats.count, 32U);
  EXPECT_EQ(stats.flows.count(), 6U);
  EXPECT_EQ(stats.first, stamp_ns(400));
  EXPECT_EQ(stats.last, stamp_ns(515));
}

TEST(IcmpErrorTable, BeyondTheCapSendersShareAnEntryByType) {
  IcmpErrorTable table;
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    table.advance(icmp(Transport::icmp, 11, i % 2, 0, host(i)));
    table.advance(icmp(Transport::icmp, 3, 4, i + 1, host(3)));
  }
  std::uint64_t sum = 0;
  for (const auto& [key, stats] : table.entries()) sum += stats.count;
  EXPECT_EQ(sum, 10'000U);
  EXPECT_EQ(table.entries().size(), 1'024U + 2);
}

TEST(DistinctCount, IsExactBelowItsBoundAndStandsStillThere) {
  std::mt19937_64 random(3);
  DistinctCount count;
  std::set<std::uint64_t> oracle;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t key = random() % 3'000 << 40;
    oracle.insert(key);
    count.add(key);
    EXPECT_EQ(count.count(), std::min(oracle.size(), DistinctCount::kMost));
  }
}

TEST(TopName, IsExactForFewNames) {
  TopName names;
  EXPECT_TRUE(names.most().empty());
  for (const char* name : {"a", "b", "b", "c", "a", "d", "b"}) {
    names.add(SafeText(name));
  }
  EXPECT_EQ(names.most().str(), "b");
  names.add(SafeText("a"));
  EXPECT_EQ(names.most().str(), "a") << "of equals the first";
}

// What one would have counted, however it is shared out.
TEST(Merging, IsAsIfOneHadCountedAll) {
  TopName names, other_names;
  DistinctCount all, parts[2];
  ExchangeTable exchanges, exchange_parts[2];
  IcmpErrorTable errors, error_parts[2];
  for (std::uint32_t i = 0; i < 300; ++i) {
    (i % 3 == 0 ? names : other_names).add(SafeText(i % 5 < 3 ? "a" : "b"));
    all.add(i % 200);
    parts[i % 2].add(i % 200);
    ExchangeRecord e = asked(ExchangeKind::dns, host(i % 7), 53);
    e.elapsed = Nanos{1000 + i};
    if (i % 11 == 0) e.outcome = ExchangeOutcome::unanswered;
    if (i % 13 == 0) e.outcome = ExchangeOutcome::failed;
    exchanges.add(e);
    exchange_parts[i % 2].add(e);
    Segment error = icmp(Transport::icmp, 11, 0, 0, host(i % 3));
    error.time = stamp_ns(500 + i);
    error.icmp.has_quote = true;
    error.icmp.quote.source_port = static_cast<Port>(i % 40);
    errors.advance(error);
    error_parts[i % 2].advance(error);
  }
  names.merge(other_names);
  EXPECT_EQ(names.most().str(), "a");
  parts[0].merge(parts[1]);
  EXPECT_EQ(parts[0].count(), all.count());
  exchange_parts[0].merge(exchange_parts[1]);
  ASSERT_EQ(exchange_parts[0].entries().size(), exchanges.entries().size());
  for (const auto& [key, wanted] : exchanges.entries()) {
    const ExchangeStats& stats = exchange_parts[0].entries().at(key);
    EXPECT_EQ(stats.answered, wanted.answered);
    EXPECT_EQ(stats.unanswered, wanted.unanswered);
    EXPECT_EQ(stats.failed, wanted.failed);
    EXPECT_TRUE(stats.times == wanted.times);
  }
  error_parts[0].merge(error_parts[1]);
  ASSERT_EQ(error_parts[0].entries().size(), errors.entries().size());
  for (const auto& [key, wanted] : errors.entries()) {
    const IcmpErrorStats& stats = error_parts[0].entries().at(key);
    EXPECT_EQ(stats.count, wanted.count);
    EXPECT_EQ(stats.first, wanted.first);
    EXPECT_EQ(stats.last, wanted.last);
    EXPECT_EQ(stats.flows.count(), wanted.flows.count());
  }
}

// Counters are all taken when it comes, and taken away in between.
TEST(TopName, FindsANameThatComesLate) {
  TopName names;
  for (int i = 0; i < 10; ++i) {
    for (std::size_t n = 0; n < TopName::kCounters; ++n) {
      names.add(SafeText("early" + std::to_string(n)));
    }
  }
  for (int i = 0; i < 100; ++i) {
    names.add(SafeText("late"));
    names.add(SafeText("once" + std::to_string(i)));
  }
  EXPECT_EQ(names.most().str(), "late");
}

// More names than counters: what is asked for in more than an eighth of all
// questions cannot be crowded out, and half of them makes it the first.
TEST(TopName, KeepsTheMajorityAmongThousands) {
  std::mt19937 random(7);
  TopName names;
  for (int i = 0; i < 20'000; ++i) {
    names.add(SafeText(random() % 100 < 52
                           ? "db.example.com"
                           : std::to_string(random() % 5'000) + ".test"));
  }
  EXPECT_EQ(names.most().str(), "db.example.com");
}

}  // namespace
}  // namespace netlat
