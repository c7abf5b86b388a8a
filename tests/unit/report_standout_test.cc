#include "netlat/report/standout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "netlat/measure/shown_half.h"
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
  EXPECT_EQ(what_happened(f), "no loss seen");
  f.handshake.outcome = HandshakeOutcome::refused;
  f.end = FlowEnd::rst;
  EXPECT_EQ(what_happened(f), "connection refused");
  f = {};
  f.handshake.outcome = HandshakeOutcome::timeout;
  EXPECT_EQ(what_happened(f), "SYN unanswered");
  f.handshake.syn_retransmits = 2;
  EXPECT_EQ(what_happened(f), "3 SYNs unanswered");
  f.handshake.unreachable = true;
  EXPECT_EQ(what_happened(f), "3 SYNs unanswered but by an ICMP error");

  EXPECT_EQ(what_happened(test::lossy_flow()),
            "connect took 1.01 s, SYN sent again; 31 fast, 2 rto to server "
            "(412 ms stalled), 1 needless; client closed its window 2.20 s; "
            "reset; one direction captured; 11 B not captured");

  f = {};
  f.s2c.lost_upstream = 5;
  EXPECT_EQ(what_happened(f), "5 lost on server side");

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

struct RankedFlow {
  FlowRecord flow;  // complete

  // By the definition of each key.
  std::int64_t value(SortKey key) const {
    const auto high = [](const Quantiles& q) {
      if (q.n == 0) return std::int64_t{-1};
      return (q.n >= 100 ? q.p99 : q.n >= 20 ? q.p95 : q.p50).count();
    };
    const Quantiles& network = shown_rtt(flow).network;
    switch (key) {
      case SortKey::p99:
        return high(network);
      case SortKey::p50:
        return network.n == 0 ? -1 : network.p50.count();
      case SortKey::service:
        return high(flow.service);
      case SortKey::connect:
        return flow.handshake.connect.value_or(Nanos{-1}).count();
      case SortKey::retx:
        return static_cast<std::int64_t>(flow.c2s.retransmits +
                                         flow.s2c.retransmits);
      case SortKey::failed:
        return flow.handshake.outcome == HandshakeOutcome::refused ||
               flow.handshake.outcome == HandshakeOutcome::timeout;
      case SortKey::conns:
        break;
    }
    return 0;
  }
};

// A connection with random values of everything that is ranked by; its samples
// are those of connection `id`.
RankedFlow random_flow(std::uint32_t id, FlowSamples& samples,
                       std::mt19937_64& random) {
  RankedFlow out;
  FlowRecord& flow = out.flow;
  flow.id = id;
  flow.c2s.retransmits = random() % 5;
  flow.s2c.retransmits = random() % 3;
  const auto below = [&](std::uint64_t end) {
    return us(static_cast<std::int64_t>(random() % end));
  };
  if (random() % 2 == 0) flow.handshake.connect = below(20);
  flow.handshake.outcome = static_cast<HandshakeOutcome>(random() % 4);
  for (auto n = random() % 300; n > 0; --n) {
    const auto kind = static_cast<SampleKind>(random() % kSampleKinds);
    samples.add(id, kind, random() % 50 == 0 ? below(2'000'000) : below(30));
  }
  Latencies(samples, id).fill(flow);
  return out;
}

// Against sorting everything.
TEST(WorstFlows, KeepsWhatFullSortingWouldPutFirst) {
  std::mt19937_64 random(5);
  FlowSamples samples;
  std::vector<RankedFlow> all;
  for (std::uint32_t id = 0; id < 300; ++id) {
    all.push_back(random_flow(id ^ 5, samples, random));
  }
  for (unsigned key = 0; key <= static_cast<unsigned>(SortKey::conns); ++key) {
    const auto by = static_cast<SortKey>(key);
    std::vector<const RankedFlow*> order;
    for (const auto& one : all) order.push_back(&one);
    std::sort(order.begin(), order.end(), [by](const auto* a, const auto* b) {
      const auto x = a->value(by), y = b->value(by);
      return x != y ? x > y : a->flow.id < b->flow.id;
    });
    for (const std::size_t keep : {0U, 1U, 10U, 500U}) {
      WorstFlows worst(by, keep);
      for (const auto& one : all) {
        FlowRecord without = one.flow;
        without.server_rtt = without.client_rtt = {};
        without.service = {};
        const auto id = static_cast<std::uint32_t>(without.id);
        worst.add(without, Latencies(samples, id));
      }
      EXPECT_EQ(worst.seen(), all.size());
      const auto got = worst.sorted();
      ASSERT_EQ(got.size(), std::min(all.size(), keep));
      for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_EQ(got[i].id, order[i]->flow.id) << "place " << i << ", " << key;
        ASSERT_EQ(got[i].service.max, order[i]->flow.service.max);
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
