// The talker table against a map that never forgets.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "netlat/flowlog/log_summary.h"

namespace netlat {
namespace {

LogRecord random_record(std::mt19937& random, unsigned hosts) {
  const auto address = [&] {
    const std::uint8_t octets[4] = {
        10, 0, 0, static_cast<std::uint8_t>(random() % hosts)};
    return IpAddress::v4(octets);
  };
  LogRecord r;
  r.src = r.logged_src = address();
  r.dst = r.logged_dst = address();
  r.src_port = static_cast<Port>(random() % 3);
  r.dst_port = static_cast<Port>(random() % 3);
  r.protocol = 6;
  r.bytes = random() % 1000;
  r.packets = 1 + random() % 9;
  r.interface = random() % 2 == 0 ? "a" : "b";
  r.action = random() % 8 == 0 ? LogAction::reject : LogAction::accept;
  return r;
}

TEST(FlowLogTalkers, CountEveryByteOnceForEachDirection) {
  std::mt19937 random(7);
  LogSummary summary(nullptr);
  // Directed flow and interface to bytes.
  std::map<std::tuple<IpAddress, Port, IpAddress, Port, std::string>,
           std::uint64_t>
      seen;
  for (int i = 0; i < 20'000; ++i) {
    const LogRecord r = random_record(random, 12);
    summary.record(r);
    if (r.action == LogAction::reject) continue;
    // One key for the server's port, whatever the client's.
    const bool to_server =
        std::tie(r.src_port, r.src) > std::tie(r.dst_port, r.dst);
    const Port port = std::min(r.src_port, r.dst_port);
    seen[{r.src, to_server ? Port{1} : Port{0}, r.dst, port,
          std::string(r.interface)}] += r.bytes;
  }
  summary.finish();
  std::uint64_t expected = 0;
  for (const auto& [key, bytes] : seen) {
    auto [src, way, dst, port, interface] = key;
    interface = interface == "a" ? "b" : "a";
    const auto other = seen.find({src, way, dst, port, interface});
    const std::uint64_t theirs = other == seen.end() ? 0 : other->second;
    if (bytes > theirs || (bytes == theirs && interface == "b")) {
      expected += bytes;
    }
  }
  EXPECT_EQ(summary.talkers().evicted(), 0U);
  EXPECT_EQ(summary.total().bytes, expected);
}

TEST(FlowLogTalkers, MakeRoomWithoutLosingBytes) {
  std::mt19937 random(8);
  LogSummary summary(nullptr, 2);
  std::uint64_t bytes = 0, packets = 0;
  for (int i = 0; i < 20'000; ++i) {
    LogRecord r = random_record(random, 200);
    r.interface = "a";
    r.action = LogAction::accept;
    bytes += r.bytes;
    packets += r.packets;
    summary.record(r);
  }
  summary.finish();
  EXPECT_GT(summary.talkers().evicted(), 1000U);
  EXPECT_LE(summary.talkers().all().size(), 2 * TalkerTable::kWays);
  EXPECT_EQ(summary.total().bytes, bytes);
  EXPECT_EQ(summary.total().packets, packets);
}

TEST(FlowLogTalkers, KeepTheLargestInAFullRow) {
  LogSummary summary(nullptr, 1);
  std::mt19937 random(9);
  for (int i = 0; i < 2'000; ++i) {
    LogRecord r = random_record(random, 250);
    r.action = LogAction::accept;
    const bool large = i % 2 == 0;
    if (large) {
      const std::uint8_t octets[4] = {10, 1, 0, 1};
      r.src = IpAddress::v4(octets);
      r.dst = IpAddress();
      r.src_port = 9;
      r.dst_port = 1;
      r.bytes = 100'000;
    }
    summary.record(r);
  }
  summary.finish();
  std::uint64_t most = 0;
  for (const Talker* t : summary.talkers().all()) {
    most = std::max(most, t->bytes());
  }
  EXPECT_GE(most, 50'000'000U);
}

TEST(FlowLogTalkers, ATalkerThatMovesIsCountedInBothZones) {
  LogSummary summary(nullptr);
  LogRecord r;
  r.src_port = 40000;
  r.dst_port = 443;
  r.packets = 1;
  r.bytes = 100;
  r.dst_zone = "use1-az1";
  for (const char* const zone : {"use1-az1", "use1-az2", "usw2-az2"}) {
    r.src_zone = zone;
    summary.record(r);
  }
  summary.finish();
  EXPECT_EQ(summary.total(ZoneRelation::same).bytes, 100U);
  EXPECT_EQ(summary.total(ZoneRelation::cross).bytes, 100U);
  EXPECT_EQ(summary.total(ZoneRelation::cross_region).bytes, 100U);
}

}  // namespace
}  // namespace netlat
