#include "netlat/measure/parted_halves.h"

#include <gtest/gtest.h>

#include <chrono>

namespace netlat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What one direction of a connection looks like where only it was captured.
struct Seen {
  bool from_client = true;
  std::uint32_t tunnel = 0;  // 0: none
  std::uint32_t vantage = 0;
  Nanos start{0}, length = seconds(2);
  Port client_port = 40'000;
};

FlowRecord record_of(const Seen& seen) {
  FlowRecord flow;
  flow.one_sided = true;
  flow.client = *IpAddress::parse("10.0.0.1");
  flow.server = *IpAddress::parse("10.0.0.2");
  flow.client_port = seen.client_port;
  flow.server_port = 443;
  // Who is the client is a guess where only answers were seen; the sender is
  // not.
  (seen.from_client ? flow.c2s : flow.s2c).packets = 3;
  if (seen.tunnel != 0) flow.encap = {{EncapKind::erspan, seen.tunnel}};
  flow.vantage = seen.vantage;
  flow.start_time = stamp_ns(0) + seen.start;
  flow.end_time = flow.start_time + seen.length;
  return flow;
}

TEST(PartedHalves, AreOppositeOverlappingAndApart) {
  struct Row {
    const char* name;
    Seen first, second;
    std::uint64_t by_tunnel, by_vantage;
  };
  const Row rows[] = {
      {"a session for each direction",
       {.tunnel = 1},
       {.from_client = false, .tunnel = 2},
       1,
       0},
      {"one direction without a tunnel",
       {.from_client = false},
       {.tunnel = 2},
       1,
       0},
      {"an interface for each direction",
       {.vantage = 0},
       {.from_client = false, .vantage = 1},
       0,
       1},
      {"another tunnel at another interface",
       {.tunnel = 1, .vantage = 0},
       {.from_client = false, .tunnel = 2, .vantage = 1},
       1,
       0},
      {"the same direction twice", {.tunnel = 1}, {.tunnel = 2}, 0, 0},
      {"another port",
       {.tunnel = 1},
       {.from_client = false, .tunnel = 2, .client_port = 40'001},
       0,
       0},
      {"the answer begins a round trip after the end",
       {.tunnel = 1, .length = milliseconds(1)},
       {.from_client = false, .tunnel = 2, .start = milliseconds(900)},
       1,
       0},
      {"the port was used again later",
       {.tunnel = 1},
       {.from_client = false, .tunnel = 2, .start = milliseconds(3'100)},
       0,
       0},
      {"the port had been used before",
       {.tunnel = 1, .start = milliseconds(3'100)},
       {.from_client = false, .tunnel = 2},
       0,
       0},
  };
  for (const Row& row : rows) {
    PartedHalves halves;
    halves.add(record_of(row.first));
    halves.add(record_of(row.second));
    EXPECT_EQ(halves.by_tunnel(), row.by_tunnel) << row.name;
    EXPECT_EQ(halves.by_vantage(), row.by_vantage) << row.name;
  }
}

TEST(PartedHalves, EachBelongsToOneConnection) {
  PartedHalves halves;
  halves.add(record_of({.tunnel = 1}));
  halves.add(record_of({.from_client = false, .tunnel = 2}));
  halves.add(record_of({.from_client = false, .tunnel = 3}));
  EXPECT_EQ(halves.by_tunnel(), 1u);
  halves.add(record_of({.tunnel = 1}));
  EXPECT_EQ(halves.by_tunnel(), 2u);
}

// The same addresses turned round: who is named client does not matter.
TEST(PartedHalves, TheSenderCountsNotWhoIsCalledClient) {
  FlowRecord answers = record_of({.tunnel = 2});
  std::swap(answers.client, answers.server);
  std::swap(answers.client_port, answers.server_port);
  PartedHalves halves;
  halves.add(record_of({.tunnel = 1}));
  halves.add(answers);
  EXPECT_EQ(halves.by_tunnel(), 1u);
}

}  // namespace
}  // namespace netlat
