// What an objective may say, and where the error of one that is wrong points.

#include <gtest/gtest.h>

#include <string>

#include "netlat/measure/objective.h"

namespace netlat {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Good {
  const char* name;
  const char* text;
  ObjectiveScope scope;
  ObjectiveQuantity quantity;
  unsigned per_mille;
  Nanos limit;
  double budget;
  Nanos window;
  std::uint64_t least;
};

class GoodObjective : public testing::TestWithParam<Good> {};

TEST_P(GoodObjective, IsRead) {
  const Good& row = GetParam();
  const auto read = parse_objective(row.text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->text, row.text);
  EXPECT_EQ(read->scope, row.scope);
  EXPECT_EQ(read->quantity, row.quantity);
  EXPECT_EQ(read->per_mille, row.per_mille);
  EXPECT_EQ(read->limit, row.limit);
  EXPECT_NEAR(read->budget(), row.budget, 1e-12);
  EXPECT_EQ(read->window, row.window);
  EXPECT_EQ(read->least, row.least);
}

using enum ObjectiveScope;
using Q = ObjectiveQuantity;
INSTANTIATE_TEST_SUITE_P(
    Rows, GoodObjective,
    testing::Values(
        Good{"service", "service:10.0.0.7:5432 p99 < 5ms", service, Q::service,
             990, milliseconds(5), 0.01, seconds(60), 100},
        Good{"service6", "service:[2001:db8::7]:443 turns p50<2s", service,
             Q::turns, 500, seconds(2), 0.5, seconds(60), 2},
        Good{"zones", "zone:use1-az1->use1-az2 network p95 < 1.5ms", zone_pair,
             Q::network, 950, microseconds(1500), 0.05, seconds(60), 20},
        Good{"every_pair", "zone:* p99 < 2ms", zone_pair, Q::service, 990,
             milliseconds(2), 0.01, seconds(60), 100},
        Good{"from_every", "zone:*->use1-az2 loss < 1 %", zone_pair, Q::loss, 0,
             Nanos{0}, 0.01, seconds(60), 100},
        Good{"loss", "loss < 0.1 %", all, Q::loss, 0, Nanos{0}, 0.001,
             seconds(60), 1000},
        Good{"joined", "loss<0.1%", all, Q::loss, 0, Nanos{0}, 0.001,
             seconds(60), 1000},
        Good{"windows", "retransmits < 2% over 1h min 50 burn 14.4", all,
             Q::retransmits, 0, Nanos{0}, 0.02, seconds(3600), 50},
        Good{"tenth", "handshake p99.9 < 800us over 30s", all, Q::handshake,
             999, microseconds(800), 0.001, seconds(30), 1000},
        Good{"failures", "zone:a->b failures < 1 %", zone_pair, Q::failures, 0,
             Nanos{0}, 0.01, seconds(60), 100}),
    [](const auto& test) { return std::string(test.param.name); });

struct Bad {
  const char* name;
  const char* text;
  std::size_t column;
  const char* says;
};

class BadObjective : public testing::TestWithParam<Bad> {};

TEST_P(BadObjective, PointsAtTheColumn) {
  const Bad& row = GetParam();
  const auto read = parse_objective(row.text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::usage);
  const std::string column = "column " + std::to_string(row.column) + ": ";
  EXPECT_NE(read.error().message.find(column), std::string::npos)
      << read.error().message;
  EXPECT_NE(read.error().message.find(row.says), std::string::npos)
      << read.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadObjective,
    testing::Values(
        Bad{"empty", "", 1, "service:ADDRESS:PORT"},
        Bad{"no_port", "service:10.0.0.7 p99 < 5ms", 17, "a port"},
        Bad{"no_address", "service:db:5432 p99 < 5ms", 9, "an address"},
        Bad{"port_0", "service:10.0.0.7:0 p99 < 5ms", 17, "a port"},
        Bad{"bare_v6", "service:2001:db8::7:443 p99 < 5ms", 9, "[2001"},
        Bad{"one_zone", "zone:a p99 < 5ms", 6, "two zones"},
        Bad{"half_pair", "zone:a-> p99 < 5ms", 6, "two zones"},
        Bad{"stars", "zone:** p99 < 5ms", 6, "zone:* for every pair"},
        Bad{"no_quantile", "network < 5ms", 9, "percentile"},
        Bad{"p100", "p100 < 5ms", 1, "p99.9"},
        Bad{"p_letters", "pxx < 5ms", 1, "p99.9"},
        Bad{"greater", "p99 > 5ms", 5, "<"},
        Bad{"no_unit", "p99 < 5", 7, "a time"},
        Bad{"zero", "p99 < 0ms", 7, "a time"},
        Bad{"huge", "p99 < 99999999999999999999s", 7, "a time"},
        Bad{"not_a_number", "p99 < nanms", 7, "a time"},
        Bad{"loss_time", "loss < 5ms", 8, "a share"},
        Bad{"loss_all", "loss < 80%", 8, "a share"},
        Bad{"window", "p99 < 5ms over 2d", 16, "1s to 24h"},
        Bad{"least", "p99 < 5ms min 0", 15, "events"},
        Bad{"rate", "p99 < 5ms burn fast", 16, "a rate"},
        Bad{"more", "p99 < 5ms please", 11, "over DURATION"},
        Bad{"no_window", "p99 < 5ms over", 15, "1s to 24h"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Objective, AStarStandsForZonesThatAreKnown) {
  const struct {
    const char *text, *client, *server;
    bool every, concerned;
  } rows[] = {
      {"zone:* p99 < 2ms", "a", "b", true, true},
      {"zone:* p99 < 2ms", "a", "a", true, true},
      {"zone:* p99 < 2ms", "", "b", true, false},
      {"zone:* p99 < 2ms", "a", "", true, false},
      {"zone:*->b p99 < 2ms", "a", "b", true, true},
      {"zone:*->b p99 < 2ms", "b", "a", true, false},
      {"zone:a->* p99 < 2ms", "a", "b", true, true},
      {"zone:a->* p99 < 2ms", "b", "a", true, false},
      {"zone:a->b p99 < 2ms", "a", "b", false, true},
      {"zone:a->b p99 < 2ms", "b", "a", false, false},
      {"p99 < 2ms", "a", "b", false, true},
  };
  for (const auto& row : rows) {
    const auto read = parse_objective(row.text);
    ASSERT_TRUE(read) << row.text;
    EXPECT_EQ(read->every_pair(), row.every) << row.text;
    EXPECT_EQ(read->concerns_pair(row.client, row.server), row.concerned)
        << row.text << ' ' << row.client << ' ' << row.server;
  }
}

TEST(Objective, OfOnePairIsReadAsItself) {
  const auto every = parse_objective(" zone:*->b  network p99.9<2ms over 5m");
  ASSERT_TRUE(every) << every.error().message;
  const Objective one = objective_of_pair(*every, "a", "b");
  EXPECT_EQ(one.text, "zone:a->b  network p99.9<2ms over 5m");
  const auto again = parse_objective(one.text);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->client_zone, one.client_zone);
  EXPECT_EQ(again->server_zone, one.server_zone);
  EXPECT_EQ(again->per_mille, one.per_mille);
  EXPECT_EQ(again->limit, one.limit);
  EXPECT_EQ(again->window, one.window);
  EXPECT_EQ(again->least, one.least);
}

TEST(Objective, HostileTextStaysOnOneLine) {
  const auto read = parse_objective("p99 < 5ms \x1b[2J\nx");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message.find('\x1b'), std::string::npos);
  EXPECT_EQ(read.error().message.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace netlat
