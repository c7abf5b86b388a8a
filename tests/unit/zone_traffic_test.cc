// What went from zone to zone, against the packets themselves.

#include "netlat/measure/zone_traffic.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <tuple>

#include "netlat/zone/zone_reader.h"

namespace netlat {
namespace {

constexpr Stamp kStart = stamp_ns(1'700'000'000'000'000'000);

IpAddress host(std::uint32_t net, std::uint32_t n) {
  const std::uint8_t octets[4] = {10, static_cast<std::uint8_t>(net),
                                  static_cast<std::uint8_t>(n >> 8),
                                  static_cast<std::uint8_t>(n)};
  return IpAddress::v4(octets);
}

using Key = std::tuple<ZonePlace, ZonePlace, Transport>;
using Sums = std::map<Key, std::pair<std::uint64_t, std::uint64_t>>;

Sums sums(const std::vector<ZoneWay>& ways) {
  Sums out;
  for (const ZoneWay& way : ways) {
    auto& [packets, bytes] = out[{way.source, way.destination, way.transport}];
    packets += way.packets;
    bytes += way.bytes;
  }
  return out;
}

// More pairs of addresses than are remembered, so that most are looked up anew.
TEST(ZoneTraffic, CountsWhatTheMapSaysOfEachPacket) {
  const ZoneMapReading map = read_zone_map_text(
      "map",
      "#netlat-zones 1\ncidr,zone\n10.0.0.0/16,az0\n10.1.0.0/16,az1\n"
      "10.2.0.0/16,az2\n10.2.0.0/16,az3\n");
  ASSERT_TRUE(map.map);
  const ZoneLabeler labeler(*map.map);
  ZoneTraffic traffic;
  traffic.use(&labeler);
  std::mt19937 dice(7);
  const auto random = [&] { return static_cast<std::uint32_t>(dice()); };
  for (int second = 0; second < 3; ++second) {
    Sums wanted;
    for (int i = 0; i < 20'000; ++i) {
      Segment s;
      s.time = kStart + std::chrono::seconds(second);
      s.source = host(random() % 4, random() % 40);
      s.destination = host(random() % 4, random() % 40);
      s.transport = random() % 3 == 0 ? Transport::udp : Transport::tcp;
      const auto length = 60 + random() % 1400;
      traffic.add(s, length);
      auto& [packets, bytes] =
          wanted[{labeler.place(s.source, s.time),
                  labeler.place(s.destination, s.time), s.transport}];
      ++packets;
      bytes += length;
    }
    EXPECT_EQ(sums(traffic.take()), wanted) << second;
  }
  const auto& [unknown, known, ambiguous] = traffic.lookups();
  EXPECT_GT(unknown, 0U);
  EXPECT_GT(ambiguous, 0U);
  EXPECT_GT(known, ambiguous);
}

TEST(ZoneTraffic, WithoutAMapTransportsAreToldApart) {
  ZoneTraffic traffic;
  Segment s;
  for (const Transport t : {Transport::tcp, Transport::udp, Transport::tcp}) {
    s.transport = t;
    traffic.add(s, 100);
  }
  const Sums wanted = {{{{}, {}, Transport::tcp}, {2, 200}},
                       {{{}, {}, Transport::udp}, {1, 100}}};
  EXPECT_EQ(sums(traffic.take()), wanted);
  EXPECT_EQ(traffic.lookups(), (std::array<std::uint64_t, 3>{}));
  EXPECT_TRUE(traffic.take().empty());
}

TEST(ZoneTraffic, AnotherMapCountsFromItsFirstPacket) {
  const ZoneMapReading map = read_zone_map_text(
      "map", "#netlat-zones 1\ncidr,zone\n10.0.0.0/16,az0\n");
  const ZoneLabeler labeler(*map.map);
  ZoneTraffic traffic;
  Segment s;
  s.time = kStart;
  s.source = s.destination = host(0, 1);
  traffic.add(s, 60);
  ASSERT_EQ(traffic.take().at(0).source.status, ZoneStatus::unknown);
  traffic.use(&labeler);
  traffic.add(s, 60);
  EXPECT_EQ(traffic.take().at(0).source.status, ZoneStatus::known);
}

TEST(ZoneTraffic, WaysBeyondTheNumberCountTogether) {
  std::string text = "#netlat-zones 1\ncidr,zone\n";
  for (int i = 0; i < 200; ++i) {
    text += "10." + std::to_string(i) + ".0.0/16,az" + std::to_string(i) + "\n";
  }
  const ZoneMapReading map = read_zone_map_text("map", text);
  const ZoneLabeler labeler(*map.map);
  ZoneTraffic traffic;
  traffic.use(&labeler);
  Segment s;
  s.time = kStart;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    s.source = host(i % 200, 1);
    s.destination = host(i / 10, 1);
    traffic.add(s, 1);
  }
  std::uint64_t packets = 0;
  const auto ways = traffic.take();
  for (const ZoneWay& way : ways) packets += way.packets;
  EXPECT_EQ(packets, 2000U);
  EXPECT_LE(ways.size(), ZoneTraffic::kMostWays);
}

}  // namespace
}  // namespace netlat
