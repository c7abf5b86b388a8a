// Which answers are taken for which probe, and what probes look like.

#include <gtest/gtest.h>

#include <algorithm>

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
  const auto first = make_echo(false, 7, 0, registry.add().cookie, 44);
  const auto datagram = make_datagram(registry.add().cookie, 36);
  for (int i = 0; i < 1000; ++i) {
    const SentProbe& probe = registry.add();
    const auto packet = make_echo(false, 7, probe.sequence(), probe.cookie, 44);
    EXPECT_EQ(ones_sum(packet), 0xffffu);
    EXPECT_EQ(load_be16(&packet[2]), load_be16(&first[2]));
    EXPECT_EQ(ones_sum(make_datagram(probe.cookie, 36)), ones_sum(datagram));
  }
}

TEST(Registry, TakesAnswersOnceAndOnlyFromTheirLane) {
  Registry registry;
  SentProbe& probe = registry.add();
  probe.lane = 3;
  const auto packet = make_echo(false, 9, probe.sequence(), probe.cookie, 44);
  const auto mark = read_quoted_echo(false, packet);
  ASSERT_TRUE(mark);
  EXPECT_EQ(registry.match(*mark, 2, 9), nullptr);
  ASSERT_EQ(registry.match(*mark, 3, 9), &probe);
  probe.state = ProbeState::expired;
  ASSERT_EQ(registry.match(*mark, 3, 9), &probe) << "late";
  probe.state = ProbeState::answered;
  EXPECT_EQ(registry.match(*mark, 3, 9), nullptr) << "twice";
}

TEST(Registry, RefusesForgeries) {
  Registry registry;
  const SentProbe probe = registry.add();
  registry.add();
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
  SentProbe& first = registry.add();
  EXPECT_EQ(registry.match(ProbeMark{}, 0, 0), &first);
  registry.add().state = ProbeState::expired;
  EXPECT_NE(registry.match(ProbeMark{}, 0, 0), nullptr);
}

TEST(Registry, ForgetsTheOldest) {
  Registry registry;
  const SentProbe old = registry.add();
  for (std::size_t i = 0; i < Registry::kCapacity; ++i) registry.add();
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
