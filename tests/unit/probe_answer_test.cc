// Which answers are taken for which probe, and what probes look like.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "lib/probe/quic_probe.h"
#include "lib/probe/registry.h"
#include "netlat/probe/icmp_extension.h"

namespace netlat {
namespace {

std::uint32_t ones_sum(Bytes b) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < b.size(); i += 2) sum += load_be16(&b[i]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

TEST(ProbePayload, ChecksumIsOneForAllProbes) {
  Registry registry;
  const auto first = make_echo(false, 7, 0, registry.add(0).cookie, 44);
  const auto datagram = make_datagram(registry.add(0).cookie, 36);
  for (int i = 0; i < 1000; ++i) {
    const SentProbe& probe = registry.add(0);
    const auto packet = make_echo(false, 7, probe.sequence(), probe.cookie, 44);
    EXPECT_EQ(ones_sum(packet), 0xffffu);
    EXPECT_EQ(load_be16(&packet[2]), load_be16(&first[2]));
    EXPECT_EQ(ones_sum(make_datagram(probe.cookie, 36)), ones_sum(datagram));
  }
}

TEST(Registry, TakesAnswersOnceAndOnlyFromTheirLane) {
  Registry registry;
  SentProbe& probe = registry.add(3);
  const auto packet = make_echo(false, 9, probe.sequence(), probe.cookie, 44);
  const auto mark = read_quoted_echo(false, packet);
  ASSERT_TRUE(mark);
  EXPECT_EQ(registry.match(*mark, 2, 9), nullptr);
  ASSERT_EQ(registry.match(*mark, 3, 9), &probe);
  registry.settle(probe, ProbeState::expired);
  ASSERT_EQ(registry.match(*mark, 3, 9), &probe) << "late";
  registry.settle(probe, ProbeState::answered);
  EXPECT_EQ(registry.match(*mark, 3, 9), nullptr) << "twice";
}

TEST(Registry, RefusesForgeries) {
  Registry registry;
  const SentProbe probe = registry.add(0);
  registry.add(0);
  struct Row {
    const char* name;
    ProbeMark mark;
    bool taken;
  };
  const std::uint16_t n = probe.sequence();
  const std::uint16_t next = static_cast<std::uint16_t>(n + 1);
  const Row rows[] = {
      {"all right", {n, 9, probe.cookie}, true},
      {"wrong cookie", {n, 9, probe.cookie ^ 1}, false},
      {"cookie of another sequence", {next, 9, probe.cookie}, false},
      {"short quote", {n, 9, {}}, true},
      {"short quote, wrong identifier", {n, 8, {}}, false},
      {"sequence never sent", {std::uint16_t(n + 2), 9, {}}, false},
      {"sequence long ago", {std::uint16_t(n - 1), 9, {}}, false},
      {"nothing quoted, two out", {}, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(registry.match(row.mark, 0, 9) != nullptr, row.taken) << row.name;
  }
}

TEST(Registry, ShortQuoteOfTheOnlyProbe) {
  Registry registry;
  SentProbe& first = registry.add(0);
  EXPECT_EQ(registry.match(ProbeMark{}, 0, 0), &first);
  registry.settle(registry.add(0), ProbeState::expired);
  EXPECT_NE(registry.match(ProbeMark{}, 0, 0), nullptr);
}

TEST(QuicProbe, IsAPacketOfAVersionThatForcesNegotiation) {
  const std::uint64_t cookie = 0x1122334455667788;
  for (const std::size_t length : {1200u, 1201u, 1428u}) {
    const auto packet = make_quic(cookie, length);
    ASSERT_EQ(packet.size(), length);
    EXPECT_EQ(packet[0] & 0xc0, 0xc0) << "long header, fixed bit";
    EXPECT_EQ(load_be32(&packet[1]) & 0x0f0f0f0f, 0x0a0a0a0au);
    EXPECT_EQ(packet[5], 8);
    EXPECT_EQ(load_be64(&packet[6]), cookie);
    EXPECT_EQ(packet[14], 8);
    EXPECT_EQ(load_be64(&packet[15]), cookie);
    for (std::size_t n = 0; n < 30; ++n) {
      EXPECT_EQ(read_quoted_datagram(Bytes(packet).first(n)).cookie == cookie,
                n >= 14)
          << n;
    }
  }
}

TEST(QuicProbe, HasTheChecksumOfItsLane) {
  const IpAddress a = *IpAddress::parse("2001:db8::1");
  const IpAddress b = *IpAddress::parse("2001:db8::2");
  std::mt19937_64 random(3);
  for (int i = 0; i < 100; ++i) {
    const auto packet = make_quic(random(), 1200);
    // UDP header and pseudo header, then the payload.
    std::vector<std::uint8_t> all;
    for (const IpAddress& address : {a, b}) {
      const auto octets = address.bytes();
      all.insert(all.end(), octets.begin(), octets.end());
    }
    const std::uint16_t words[] = {17, 1208, 4000, 443, 1208, 0};
    for (const std::uint16_t word : words) {
      all.push_back(static_cast<std::uint8_t>(word >> 8));
      all.push_back(static_cast<std::uint8_t>(word));
    }
    all.insert(all.end(), packet.begin(), packet.end());
    EXPECT_EQ(0xffff - ones_sum(all),
              datagram_checksum(a, b, 4000, 443, 1208).whole);
  }
}

struct NegotiationRow {
  const char* name;
  std::size_t at;  // what is changed, and to what
  std::uint8_t to;
  bool taken;
};

TEST(QuicProbe, TakesVersionNegotiationOfItsOwnAlone) {
  const std::vector<std::uint8_t> good = {0x9a, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5,
                                          6,    7, 8, 8, 1, 2, 3, 4, 5, 6, 7,
                                          8,    0, 0, 0, 1, 0, 0, 0, 2};
  const NegotiationRow rows[] = {
      {"as it should be", 0, 0x80, true},
      {"other versions", 26, 9, true},
      {"short header", 0, 0x40, false},
      {"a version of its own", 4, 1, false},
      {"destination ID of other length", 5, 7, false},
      {"another destination ID", 13, 9, false},
      {"source ID of other length", 14, 9, false},
      {"another source ID", 22, 9, false}};
  for (const NegotiationRow& row : rows) {
    auto packet = good;
    packet[row.at] = row.to;
    const auto wanted = row.taken
                            ? std::optional<std::uint64_t>(0x0102030405060708u)
                            : std::nullopt;
    EXPECT_EQ(read_version_negotiation(packet), wanted) << row.name;
  }
  for (std::size_t n = 0; n < good.size(); ++n) {
    EXPECT_EQ(read_version_negotiation(Bytes(good).first(n)).has_value(),
              n == 27)
        << n;
  }
}

// Against a look at every probe; far past the point where numbers repeat.
TEST(Registry, KnowsTheOnlyProbeOfALane) {
  constexpr std::uint16_t kLanes = 3;
  Registry registry;
  std::mt19937 random(5);
  std::vector<std::uint64_t> out;  // numbers
  unsigned alone = 0;
  for (int i = 0; i < 200'000; ++i) {
    const auto lane = static_cast<std::uint16_t>(random() % kLanes);
    if (random() % 2 == 0) {
      out.push_back(registry.add(lane).number);
      if (random() % 16 == 0) registry.withdraw(), out.pop_back();
    }
    // The first one is left as it is until it is forgotten.
    if (out.size() > 1 && out.size() > random() % 4) {
      const std::size_t at = 1 + random() % (out.size() - 1);
      if (SentProbe* probe = registry.find(out[at])) {
        registry.settle(*probe, random() % 2 == 0 ? ProbeState::answered
                                                  : ProbeState::expired);
      }
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(at));
    }
    const SentProbe* only = nullptr;
    unsigned count = 0;
    for (const std::uint64_t number : out) {
      const SentProbe* probe = registry.find(number);
      if (probe == nullptr || probe->lane != lane) continue;
      only = probe;
      ++count;
    }
    alone += count == 1 ? 1 : 0;
    ASSERT_EQ(registry.match(ProbeMark{}, lane, 0), count == 1 ? only : nullptr)
        << i;
  }
  EXPECT_GT(alone, 10'000u);
}

TEST(Registry, ForgetsTheOldest) {
  Registry registry;
  const SentProbe old = registry.add(0);
  for (std::size_t i = 0; i < Registry::kCapacity; ++i) registry.add(0);
  ProbeMark mark;
  mark.cookie = old.cookie;
  EXPECT_EQ(registry.match(mark, 0, 0), nullptr);
  EXPECT_EQ(registry.find(old.number), nullptr);
  EXPECT_NE(registry.find(old.number + 1), nullptr);
}

// A quote of 128 octets less what the kernel strips, then an extension.
std::vector<std::uint8_t> with_extension(
    const std::vector<std::uint8_t>& objects, bool checksum) {
  constexpr std::size_t at = 100;
  std::vector<std::uint8_t> out(at + 4 + objects.size());
  out[at] = 0x20;
  std::copy(objects.begin(), objects.end(), out.begin() + at + 4);
  if (checksum) {
    const std::uint32_t sum = 0xffff - ones_sum(Bytes(out).subspan(at));
    out[at + 2] = static_cast<std::uint8_t>(sum >> 8);
    out[at + 3] = static_cast<std::uint8_t>(sum);
  }
  return out;
}

// Labels 16001 (ttl 1) and 299776 (class 5, bottom, ttl 1).
const std::vector<std::uint8_t> kLabels = {0,    12, 1,    1,    0x03, 0xe8,
                                           0x10, 1,  0x49, 0x30, 0x0b, 1};

TEST(IcmpExtension, IsFoundWhereItMayBe) {
  const std::vector<MplsLabel> labels = {{16001, 0, 1}, {299776, 5, 1}};
  for (const bool checksum : {true, false}) {
    const auto body = with_extension(kLabels, checksum);
    EXPECT_EQ(find_extension(body, 0, 28).labels, labels);
    EXPECT_EQ(find_extension(body, 100, 28).labels, labels);
    EXPECT_EQ(find_extension(body, 4, 28).labels, labels) << "told wrong";
    EXPECT_TRUE(find_extension(body, 0, 20).empty());
  }
}

TEST(IcmpExtension, InterfaceOfTheRouter) {
  const auto body =
      with_extension({0,   32,  2,   0x0f, 0, 0,  0,   7,   0,    1,   0,
                      0,   192, 0,   2,    1, 12, 'e', 't', '-',  '0', '/',
                      '0', '/', '1', 0,    0, 0,  0,   0,   0x23, 0x28},
                     true);
  const IcmpExtension e = find_extension(body, 0, 28);
  ASSERT_EQ(e.interfaces.size(), 1u);
  EXPECT_EQ(e.interfaces[0].index, 7u);
  EXPECT_EQ(e.interfaces[0].address, IpAddress::parse("192.0.2.1"));
  EXPECT_EQ(e.interfaces[0].name, "et-0/0/1");
  EXPECT_EQ(e.interfaces[0].mtu, 9000u);
}

TEST(IcmpExtension, DamageIsNone) {
  const auto good = with_extension(kLabels, true);
  for (std::size_t i = 100; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= 0x11;
    EXPECT_TRUE(find_extension(bad, 0, 28).empty()) << i;
    EXPECT_TRUE(find_extension(Bytes(good).first(i), 0, 28).empty()) << i;
  }
}

}  // namespace
}  // namespace netlat
