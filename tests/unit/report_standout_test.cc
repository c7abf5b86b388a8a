#include "netlat/report/standout.h"

#include <gtest/gtest.h>

#include "netlat/report/rank.h"
#include "netlat/report/what_happened.h"
#include "tests/support/report_samples.h"

namespace netlat {
namespace {

using test::quantiles;
using test::us;

TEST(Standout, TailRule) {
  EXPECT_TRUE(tail_stands_out(quantiles(100, 1'000, 2'000, 5'001)));
  EXPECT_FALSE(tail_stands_out(quantiles(100, 1'000, 2'000, 5'000)));
  EXPECT_FALSE(tail_stands_out(quantiles(99, 1'000, 2'000, 50'000)));
  // Ten times the median, yet within 1 ms of it.
  EXPECT_FALSE(tail_stands_out(quantiles(100, 100, 200, 1'000)));
}

TEST(Standout, LossRule) {
  LossCounts loss;
  loss.segments = 100;
  loss.retransmits = 1;
  EXPECT_TRUE(loss_stands_out(loss));
  loss.segments = 101;
  EXPECT_FALSE(loss_stands_out(loss));
  loss.segments = 99;
  loss.retransmits = 50;
  EXPECT_FALSE(loss_stands_out(loss));
}

HalfRtt half(Quantiles network) {
  return {network, {}};
}

TEST(Standout, LongerHalfAtTheHighestCommonPercentile) {
  const HalfRtt nothing;
  EXPECT_EQ(longer_half(nothing, nothing), Dir::c2s);
  EXPECT_EQ(longer_half(nothing, half(quantiles(1, 9, 9, 9))), Dir::s2c);
  // The client half is longer at the median, the server half at p99.
  const HalfRtt spiky = half(quantiles(100, 900, 1'100, 41'000));
  EXPECT_EQ(longer_half(spiky, half(quantiles(100, 9'000, 9'500, 9'900))),
            Dir::c2s);
  EXPECT_EQ(longer_half(spiky, half(quantiles(99, 9'000, 9'500, 9'900))),
            Dir::s2c);
}

TEST(WhatHappened, TellsTheMostImportantFirst) {
  FlowRecord f;
  EXPECT_EQ(what_happened(f), "no loss");
  f.handshake.outcome = HandshakeOutcome::refused;
  f.end = FlowEnd::rst;
  EXPECT_EQ(what_happened(f), "connection refused");
  f = {};
  f.handshake.outcome = HandshakeOutcome::timeout;
  EXPECT_EQ(what_happened(f), "SYN unanswered");
  f.handshake.syn_retransmits = 2;
  EXPECT_EQ(what_happened(f), "3 SYNs unanswered");

  EXPECT_EQ(what_happened(test::lossy_flow()),
            "connect took 1.01 s, SYN sent again; 31 fast, 2 rto to server "
            "(412 ms stalled), 1 needless; client closed its window 2.20 s; "
            "reset; one direction captured; 11 B not captured");

  f = {};
  f.server_rtt.network = quantiles(100, 200, 300, 400);
  f.server_rtt.ack = quantiles(100, 40'000, 41'000, 42'000);
  f.service = quantiles(100, 31'000, 48'200, 77'000);
  EXPECT_EQ(what_happened(f),
            "server took 31.0 ms (median); server delays ACKs, median 40.0 ms");
}

TEST(Rank, LargestFirstWhatIsUnknownLast) {
  std::vector<ServiceRow> rows(4);
  rows[0].port = 1;
  rows[1].port = 2;
  rows[1].server_rtt.network = quantiles(100, 10, 20, 5'000);
  rows[2].port = 3;
  rows[2].server_rtt.network = quantiles(100, 900, 950, 1'000);
  rows[3].port = 4;
  rows[3].connections = 5;
  const auto ports = [&] {
    std::vector<Port> out;
    for (const ServiceRow& r : rows) out.push_back(r.port);
    return out;
  };
  rank_services(rows, SortKey::p99);
  EXPECT_EQ(ports(), (std::vector<Port>{2, 3, 4, 1}));
  rank_services(rows, SortKey::p50);
  EXPECT_EQ(ports(), (std::vector<Port>{3, 2, 4, 1}));
  rank_services(rows, SortKey::conns);
  EXPECT_EQ(ports().front(), 4);
}

TEST(Rank, EveryWordIsAKey) {
  EXPECT_EQ(sort_key_words(),
            "p99, p50, service, connect, retx, failed, conns");
  EXPECT_EQ(parse_sort_key("p99"), SortKey::p99);
  EXPECT_EQ(parse_sort_key("conns"), SortKey::conns);
  EXPECT_FALSE(parse_sort_key("size"));
}

}  // namespace
}  // namespace netlat
