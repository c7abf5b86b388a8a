#include "netlat/report/standout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "netlat/report/rank.h"
#include "netlat/report/what_happened.h"
#include "netlat/report/worst_flows.h"
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

// A connection with random values of everything that is ranked by.
FlowRecord random_flow(std::uint64_t id, std::mt19937_64& random) {
  const auto few = [&](std::uint64_t end) {
    return static_cast<std::int64_t>(random() % end);
  };
  FlowRecord flow;
  flow.id = id;
  const std::uint64_t n = random() % 200;
  flow.server_rtt.network = quantiles(n, few(9), few(9), few(50));
  flow.client_rtt.network = quantiles(n / 2, few(9), few(9), few(50));
  flow.service = quantiles(n / 3, few(9), few(9), few(9));
  flow.c2s.retransmits = random() % 5;
  flow.s2c.retransmits = random() % 3;
  if (random() % 2 == 0) flow.handshake.connect = us(few(20));
  flow.handshake.outcome = static_cast<HandshakeOutcome>(random() % 4);
  return flow;
}

// Against sorting everything.
TEST(WorstFlows, KeepsWhatFullSortingWouldPutFirst) {
  std::mt19937_64 random(5);
  for (unsigned key = 0; key <= static_cast<unsigned>(SortKey::conns); ++key) {
    const auto by = static_cast<SortKey>(key);
    for (const std::size_t keep : {0U, 1U, 10U, 500U}) {
      WorstFlows worst(by, keep);
      std::vector<FlowRecord> all;
      for (std::uint64_t id = 0; id < 300; ++id) {
        // Not in order of their first packet.
        all.push_back(random_flow(id ^ 5, random));
        worst.add(all.back());
      }
      EXPECT_EQ(worst.seen(), 300U);
      std::sort(all.begin(), all.end(),
                [](const auto& a, const auto& b) { return a.id < b.id; });
      std::stable_sort(all.begin(), all.end(),
                       [by](const auto& a, const auto& b) {
                         return rank_value(a, by) > rank_value(b, by);
                       });
      all.resize(std::min(all.size(), keep));
      const auto got = worst.sorted();
      ASSERT_EQ(got.size(), all.size());
      for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_EQ(got[i].id, all[i].id) << "place " << i << " key " << key;
        ASSERT_EQ(rank_value(got[i], by), rank_value(all[i], by));
      }
    }
  }
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
