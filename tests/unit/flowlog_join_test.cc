// Records of a flow log and the connections they are of.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "netlat/flowlog/flow_join.h"
#include "tests/support/temp_dir.h"

namespace netlat {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

struct Flow {
  const char* client;
  Port client_port;
  const char* server;
  Port server_port;
  std::int64_t start, end;  // seconds
  unsigned packets = 100;   // each way
};

// A join of flows as netlat analyze writes them.
void read(FlowJoin& join, const std::vector<Flow>& flows) {
  const test::TempDir dir;
  const std::string path = dir.path("flows.ndjson");
  {
    std::ofstream out(path);
    std::uint64_t id = 0;
    for (const Flow& f : flows) {
      out << fmt::format(
          R"({{"type":"flow","v":1,"id":{},"proto":"tcp","client_ip":"{}",)"
          R"("client_port":{},"server_ip":"{}","server_port":{},)"
          R"("start_us":{},"end_us":{},"c2s":{{"packets":{}}},)"
          R"("s2c":{{"packets":{}}}}})"
          "\n",
          id++, f.client, f.client_port, f.server, f.server_port,
          f.start * 1'000'000, f.end * 1'000'000, f.packets, f.packets);
    }
  }
  const auto done = join.read(path);
  ASSERT_TRUE(done);
  ASSERT_TRUE(*done);
}

// 100 packets of 1,000 octets from A to B between the seconds 0 and 10.
LogRecord record(const char* src, Port src_port, const char* dst, Port dst_port,
                 const char* interface = "eni-a",
                 LogDirection direction = LogDirection::egress) {
  LogRecord r;
  r.src = r.logged_src = ip(src);
  r.dst = r.logged_dst = ip(dst);
  r.src_port = src_port;
  r.dst_port = dst_port;
  r.protocol = 6;
  r.packets = 100;
  r.bytes = 100'000;
  r.start = stamp_ns(0);
  r.end = stamp_ns(10 * kSecond);
  r.interface = interface;
  r.direction = direction;
  r.action = LogAction::accept;
  return r;
}

const Places& nowhere() {
  static const Places places(nullptr);
  return places;
}

constexpr const char *kClient = "10.0.1.5", *kServer = "203.0.113.9",
                     *kGateway = "10.0.0.220";
const Flow kFlow{kClient, 40000, kServer, 443, 0, 10};

TEST(FlowJoin, AReusedPortBelongsToTheConnectionOfItsTime) {
  FlowJoin join;
  read(join, {{kClient, 40000, kServer, 443, 0, 10},
              {kClient, 40000, kServer, 443, 20, 30},
              {kClient, 40000, kServer, 443, 40, 50}});
  LogRecord r = record(kClient, 40000, kServer, 443);
  r.start = stamp_ns(21 * kSecond);
  r.end = stamp_ns(29 * kSecond);
  join.record(r);  // the second's, although all lie within the slack
  r.start = stamp_ns(29 * kSecond);
  r.end = stamp_ns(52 * kSecond);
  join.record(r);  // shares most time with the third
  r.tcp_flags = 2;
  r.start = stamp_ns(19 * kSecond);
  r.end = stamp_ns(52 * kSecond);
  join.record(r);  // saw a SYN as the second began
  r.start = stamp_ns(500 * kSecond);
  r.end = stamp_ns(501 * kSecond);
  join.record(r);
  join.finish(nowhere());
  EXPECT_EQ(join.flows()[0].records, 0u);
  EXPECT_EQ(join.flows()[1].records, 2u);
  EXPECT_EQ(join.flows()[2].records, 1u);
  EXPECT_EQ(join.records_joined(), 3u);
}

TEST(FlowJoin, LossIsADifferenceOfTheTwoEndsAlone) {
  struct Row {
    const char* name;
    std::vector<std::tuple<const char*, LogDirection, std::uint64_t>> logged;
    std::optional<std::uint64_t> lost;
    std::uint64_t packets;
  };
  constexpr auto out = LogDirection::egress, in = LogDirection::ingress;
  const Row rows[] = {
      {"both ends", {{"a", out, 100}, {"b", in, 97}}, 3, 100},
      {"sender alone", {{"a", out, 100}}, {}, 100},
      {"receiver alone", {{"b", in, 97}}, {}, 97},
      {"more came than left", {{"a", out, 90}, {"b", in, 97}}, 0, 97},
      {"in two windows",
       {{"a", out, 60}, {"b", in, 60}, {"a", out, 40}, {"b", in, 39}},
       1,
       100},
      {"a gateway between",
       {{"a", out, 100}, {"g", in, 99}, {"g", out, 99}, {"b", in, 95}},
       5,
       100},
      {"a gateway and no receiver",
       {{"a", out, 100}, {"g", in, 99}, {"g", out, 99}},
       {},
       100},
      {"two receivers",
       {{"a", out, 100}, {"b", in, 50}, {"c", in, 50}},
       {},
       100},
      {"no directions",
       {{"a", LogDirection::unknown, 100}, {"b", LogDirection::unknown, 90}},
       {},
       100},
      {"too many interfaces",
       {{"a", out, 100},
        {"b", in, 9},
        {"c", out, 9},
        {"c", in, 9},
        {"d", in, 9}},
       {},
       100},
  };
  for (const Row& row : rows) {
    FlowJoin join;
    read(join, {kFlow});
    for (const auto& [interface, direction, packets] : row.logged) {
      LogRecord r = record(kClient, 40000, kServer, 443, interface, direction);
      r.packets = packets;
      r.bytes = packets * 100;
      join.record(r);
    }
    join.finish(nowhere());
    const JoinedFlow& j = join.flows()[0];
    EXPECT_EQ(j.to_server.lost(), row.lost) << row.name;
    EXPECT_EQ(j.to_server.traffic().packets, row.packets) << row.name;
    EXPECT_FALSE(j.to_client.lost()) << row.name;
  }
}

TEST(FlowJoin, LossWantsWindowsOfOneTimeAndPacketsThatWereCounted) {
  FlowJoin join;
  read(join, {kFlow});
  join.record(record(kClient, 40000, kServer, 443, "a"));
  LogRecord late =
      record(kClient, 40000, kServer, 443, "b", LogDirection::ingress);
  late.packets = 50;
  late.end = stamp_ns(200 * kSecond);
  join.record(late);
  EXPECT_FALSE(join.flows()[0].to_server.lost());

  FlowJoin google;
  read(google, {kFlow});
  for (const auto direction : {LogDirection::egress, LogDirection::ingress}) {
    LogRecord r =
        record(kClient, 40000, kServer, 443,
               direction == LogDirection::egress ? "SRC" : "DEST", direction);
    r.provider = LogProvider::gcp;
    if (direction == LogDirection::ingress) r.packets = 50;
    google.record(r);
  }
  EXPECT_FALSE(google.flows()[0].to_server.lost());
}

TEST(FlowJoin, LostRecordsConcernTheInterfaceThatLoggedTheFlow) {
  struct Row {
    const char* name;
    const char* interface;
    std::int64_t start;
    bool joined, incomplete;
  };
  constexpr Row kRows[] = {
      {"its interface, its time", "eni-a", 5, true, true},
      {"another interface", "eni-z", 5, true, false},
      {"its interface, another time", "eni-a", 500, true, false},
      {"an interface that is not named", "", 5, true, true},
      {"a flow in no record", "eni-z", 5, false, true},
  };
  for (const Row& row : kRows) {
    FlowJoin join;
    read(join, {kFlow});
    if (row.joined) join.record(record(kClient, 40000, kServer, 443));
    LogRecord skip;
    skip.status = LogStatus::skip_data;
    skip.interface = row.interface;
    skip.start = stamp_ns(row.start * kSecond);
    skip.end = skip.start;
    join.record(skip);
    join.finish(nowhere());
    EXPECT_EQ(join.flows()[0].incomplete, row.incomplete) << row.name;
  }
}

TEST(FlowJoin, CoverageIsThePartOfThePacketsThatTheLogCounts) {
  FlowJoin join;
  read(join, {kFlow});
  EXPECT_EQ(join.flows()[0].coverage(), 0.0);
  join.record(record(kClient, 40000, kServer, 443));
  EXPECT_EQ(join.flows()[0].coverage(), 0.5);
  LogRecord back =
      record(kServer, 443, kClient, 40000, "eni-a", LogDirection::ingress);
  back.packets = 150;
  join.record(back);
  EXPECT_EQ(join.flows()[0].coverage(), 1.0) << "never more than all";
}

// What a NAT gateway's interface logs of a connection, in front and behind.
struct Nat {
  Port port = 61000;
  double octets = 1;       // of the leg behind, to those in front
  std::int64_t start = 0;  // of the leg behind
};

void log_nat(FlowJoin& join, const Nat& nat) {
  LogRecord front =
      record(kClient, 40000, kServer, 443, "eni-nat", LogDirection::ingress);
  front.logged_dst = ip(kGateway);
  join.record(front);
  LogRecord front_back = record(kServer, 443, kClient, 40000, "eni-nat");
  front_back.logged_src = ip(kGateway);
  front_back.bytes = 5'000'000;
  join.record(front_back);
  LogRecord behind = record(kGateway, nat.port, kServer, 443, "eni-nat");
  behind.start = stamp_ns(nat.start * kSecond);
  behind.end = stamp_ns((nat.start + 10) * kSecond);
  behind.bytes = static_cast<std::uint64_t>(100'000 * nat.octets);
  join.record(behind);
  LogRecord behind_back = record(kServer, 443, kGateway, nat.port, "eni-nat",
                                 LogDirection::ingress);
  behind_back.start = behind.start;
  behind_back.end = behind.end;
  behind_back.bytes = static_cast<std::uint64_t>(5'000'000 * nat.octets);
  join.record(behind_back);
}

TEST(FlowJoin, FindsTheLegBehindATranslator) {
  struct Row {
    const char* name;
    std::vector<Nat> logged;
    Port port;  // 0: none
  };
  const Row rows[] = {
      {"the same octets", {{}}, 61000},
      {"within a hundredth", {{61000, 1.009, 0}}, 61000},
      {"other octets", {{61000, 1.02, 0}}, 0},
      {"another time", {{61000, 1, 500}}, 0},
      {"one of two fits", {{61001, 0.5, 0}, {61000, 1, 0}}, 61000},
      {"both fit: not guessed", {{61001, 1, 0}, {61000, 1, 0}}, 0},
  };
  for (const Row& row : rows) {
    FlowJoin join;
    read(join, {kFlow});
    // The front leg is one, however often.
    for (std::size_t i = 0; i < row.logged.size(); ++i) {
      if (i == 0) {
        log_nat(join, row.logged[i]);
        continue;
      }
      LogRecord behind =
          record(kGateway, row.logged[i].port, kServer, 443, "eni-nat");
      behind.bytes = static_cast<std::uint64_t>(100'000 * row.logged[i].octets);
      join.record(behind);
      LogRecord back =
          record(kServer, 443, kGateway, row.logged[i].port, "eni-nat");
      back.bytes = static_cast<std::uint64_t>(5'000'000 * row.logged[i].octets);
      join.record(back);
    }
    join.finish(nowhere());
    const JoinedFlow& j = join.flows()[0];
    EXPECT_EQ(j.via, ip(kGateway)) << row.name;
    EXPECT_EQ(j.records, 2u) << row.name;
    ASSERT_EQ(j.other_leg.has_value(), row.port != 0) << row.name;
    if (row.port == 0) continue;
    EXPECT_EQ(*j.other_leg, (LogEnd{ip(kGateway), row.port})) << row.name;
  }
}

TEST(FlowJoin, FindsTheLegInFrontOfATranslator) {
  FlowJoin join;
  read(join, {{kGateway, 61000, kServer, 443, 0, 10},
              {kGateway, 61001, kServer, 443, 0, 10}});
  log_nat(join, {});
  join.finish(nowhere());
  ASSERT_TRUE(join.flows()[0].other_leg);
  EXPECT_EQ(*join.flows()[0].other_leg, (LogEnd{ip(kClient), 40000}));
  EXPECT_FALSE(join.flows()[1].other_leg) << "in no record";
}

}  // namespace
}  // namespace netlat
