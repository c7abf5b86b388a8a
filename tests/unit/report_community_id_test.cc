// The reference data published with the specification: seeds 0 and 1, both
// directions.

#include "netlat/report/community_id.h"

#include <gtest/gtest.h>

namespace netlat {
namespace {

struct Row {
  const char* name;
  std::uint8_t protocol;
  const char* a;
  Port a_port;
  const char* b;
  Port b_port;
  const char* seed0;
  const char* seed1;
};

constexpr Row kRows[] = {
    {"tcp, higher address first", 6, "128.232.110.120", 34855, "66.35.250.204",
     80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "1:3V71V58M3Ksw/yuFALMcW0LAHvc="},
    {"udp", 17, "192.168.1.52", 54585, "8.8.8.8", 53,
     "1:d/FP5EW3wiY1vCndhwleRRKHowQ=", "1:Q9We8WO3piVF8yEQBNJF4uiSVrI="},
    {"tcp over IPv6", 6, "2001:470:e5bf:dead:4957:2174:e82c:4887", 63943,
     "2607:f8b0:400c:c03::1a", 25,
     "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=", "1:eJYTW6AOzFLlSUoESovMjnu7rMw="},
    {"icmp echo", 1, "192.168.0.89", 8, "192.168.0.1", 0,
     "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=", "1:03g6IloqVBdcZlPyX8r0hgoE7kA="},
    {"icmp6 neighbour", 58, "fe80::200:86ff:fe05:80da", 135,
     "fe80::260:97ff:fe07:69ea", 136,
     "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=", "1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY="},
    {"sctp, equal ports", 132, "192.168.170.8", 7, "192.168.170.56", 7,
     "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=", "1:5w3ZRjeKBzqT3zsaEECDGjUbYeg="},
};

TEST(CommunityId, MatchesThePublishedVectors) {
  CommunityId seed0;
  CommunityId seed1(1);
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    const Endpoint a{*IpAddress::parse(row.a), row.a_port};
    const Endpoint b{*IpAddress::parse(row.b), row.b_port};
    EXPECT_EQ(seed0(a, b, row.protocol), row.seed0);
    EXPECT_EQ(seed0(b, a, row.protocol), row.seed0);
    EXPECT_EQ(seed1(a, b, row.protocol), row.seed1);
  }
}

TEST(CommunityId, OrdersEqualAddressesByPort) {
  CommunityId id;
  const IpAddress same = *IpAddress::parse("127.0.0.1");
  const std::string forward(id({same, 1000}, {same, 256}, 6));
  EXPECT_EQ(id({same, 256}, {same, 1000}, 6), forward);
  EXPECT_NE(id({same, 257}, {same, 1000}, 6), forward);
}

}  // namespace
}  // namespace netlat
