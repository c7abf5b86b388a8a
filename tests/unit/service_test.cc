#include <gtest/gtest.h>

#include <chrono>

#include "netlat/measure/flow_samples.h"
#include "netlat/measure/service_table.h"
#include "netlat/measure/shown_half.h"

namespace netlat {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

FlowRecord flow_to(const char* server, Port port) {
  FlowRecord flow;
  flow.client = ip("10.0.1.17");
  flow.client_port = 51'904;
  flow.server = ip(server);
  flow.server_port = port;
  return flow;
}

Quantiles quantiles(std::uint64_t n, Nanos p50, Nanos p99) {
  return {.n = n,
          .min = p50,
          .p50 = p50,
          .p90 = p50,
          .p95 = p50,
          .p99 = p99,
          .max = p99};
}

TEST(ShownHalf, IsTheLongerAtTheHighestCommonPercentile) {
  struct Row {
    const char* name;
    Quantiles server, client;
    Half half;
  };
  const auto near = quantiles(9, microseconds(30), microseconds(90));
  const auto far = quantiles(9, milliseconds(20), milliseconds(21));
  // Longer at the median, and only there.
  const auto slow = quantiles(100, milliseconds(9), milliseconds(10));
  const auto slow_few = quantiles(99, milliseconds(9), milliseconds(10));
  const auto spiky = quantiles(100, milliseconds(1), milliseconds(41));
  const Quantiles none;
  const Row rows[] = {
      {"capture at the client", far, near, Half::server},
      {"capture at the server", near, far, Half::client},
      {"only the server's half measured", near, none, Half::server},
      {"only the client's half measured", none, near, Half::client},
      {"in the middle of a symmetric path", far, far, Half::server},
      {"nothing measured", none, none, Half::server},
      {"p99 decides where both have one", spiky, slow, Half::server},
      {"p95 where one has too few for it", spiky, slow_few, Half::client},
  };
  for (const auto& row : rows) {
    FlowRecord flow;
    flow.server_rtt.network = row.server;
    flow.client_rtt.network = row.client;
    EXPECT_EQ(shown_half(flow.server_rtt, flow.client_rtt), row.half)
        << row.name;
    EXPECT_EQ(&shown_rtt(flow),
              row.half == Half::server ? &flow.server_rtt : &flow.client_rtt)
        << row.name;
  }
}

TEST(ServiceTable, AddsUpConnectionsOfOneService) {
  FlowSamples samples;
  ServiceTable table;
  ExponentialHistogram server_network, connect;
  for (std::uint32_t c = 0; c < 10; ++c) {
    auto flow = flow_to("10.0.2.40", 5432);
    flow.one_sided = c == 3;
    flow.turns = 5;
    flow.turns_lossy = c == 4 ? 2 : 0;
    flow.handshake.outcome = c == 0 ? HandshakeOutcome::refused
                                    : (c == 1 ? HandshakeOutcome::timeout
                                              : HandshakeOutcome::established);
    if (c > 1) {
      flow.handshake.connect = milliseconds(c);
      connect.add(milliseconds(c));
    }
    for (int i = 0; i < 50; ++i) {
      const Nanos rtt = microseconds(900 + 7 * i + static_cast<int>(c));
      samples.add(c, SampleKind::server_network, rtt);
      server_network.add(rtt);
      samples.add(c, SampleKind::client_network, microseconds(30));
    }
    table.add(flow, Latencies(samples, c));
  }
  const auto* service = table.find({ip("10.0.2.40"), 5432, Transport::tcp});
  ASSERT_NE(service, nullptr);
  EXPECT_EQ(service->connections, 10U);
  EXPECT_EQ(service->one_sided, 1U);
  EXPECT_EQ(service->connect_failures(), 2U);
  EXPECT_EQ(service->turns, 50U);
  EXPECT_EQ(service->turns_lossy, 2U);
  EXPECT_TRUE((*service)[Distribution::server_network] == server_network);
  EXPECT_TRUE(service->connect == connect);
  EXPECT_EQ((*service)[Distribution::elapsed].totals().n, 0U);
}

TEST(ServiceTable, KeepsPortsAddressesAndTransportsApart) {
  FlowSamples samples;
  ServiceTable table;
  table.add(flow_to("10.0.2.40", 5432), Latencies(samples, 0));
  table.add(flow_to("10.0.2.40", 5433), Latencies(samples, 0));
  table.add(flow_to("10.0.2.41", 5432), Latencies(samples, 0));
  auto udp = flow_to("10.0.2.40", 5432);
  udp.proto = Transport::udp;
  table.add(udp, Latencies(samples, 0));
  EXPECT_EQ(table.entries().size(), 4U);
  EXPECT_EQ(table.find({ip("10.0.2.42"), 5432, Transport::tcp}), nullptr);
  for (const auto& service : table.entries()) {
    EXPECT_EQ(service.connections, 1U);
  }
}

TEST(ServiceTable, BeyondTheCapTotalsStillAddUp) {
  FlowSamples samples;
  samples.add(7, SampleKind::server_network, milliseconds(1));
  ServiceTable table(3);
  for (Port port = 1; port <= 10; ++port) {
    table.add(flow_to("10.0.2.40", port), Latencies(samples, 7));
    table.add(flow_to("10.0.2.40", 1), Latencies(samples, 7));
  }
  std::uint64_t named = 0;
  for (const auto& s : table.entries()) named += s.connections;
  EXPECT_EQ(table.entries().size(), 3U);
  EXPECT_EQ(table.others().connections, 7U);
  EXPECT_EQ(table.others()[Distribution::server_network].totals().n, 7U);
  EXPECT_EQ(named + table.others().connections, 20U);
}

// What one table would say, however the connections were shared out.
TEST(ServiceTable, MergesToWhatOneWouldSay) {
  FlowSamples samples;
  ServiceTable one(4), parts[2] = {ServiceTable(4), ServiceTable(4)};
  for (std::uint32_t c = 0; c < 60; ++c) {
    auto flow = flow_to("10.0.2.40", static_cast<Port>(1 + c % 4));
    flow.turns = c;
    flow.c2s.packets = 3 * c;
    flow.handshake.connect = microseconds(100 + c);
    samples.add(c, SampleKind::server_network, microseconds(900 + 7 * c));
    one.add(flow, Latencies(samples, c));
    parts[c % 3 == 0 ? 0 : 1].add(flow, Latencies(samples, c));
  }
  parts[0].merge(parts[1]);
  ASSERT_EQ(parts[0].entries().size(), one.entries().size());
  for (const ServiceStats& wanted : one.entries()) {
    const ServiceStats* const found = parts[0].find(wanted.key);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->connections, wanted.connections);
    EXPECT_EQ(found->turns, wanted.turns);
    EXPECT_EQ(found->c2s.packets, wanted.c2s.packets);
    EXPECT_TRUE(found->connect == wanted.connect);
    EXPECT_TRUE(found->latency == wanted.latency);
  }
}

// Rows that find no room when tables are merged are in the rest.
TEST(ServiceTable, MergesBeyondItsCap) {
  FlowSamples samples;
  ServiceTable tables[2] = {ServiceTable(3), ServiceTable(3)};
  for (Port port = 1; port <= 10; ++port) {
    tables[port % 2].add(flow_to("10.0.2.40", port), Latencies(samples, 7));
  }
  tables[0].merge(tables[1]);
  std::uint64_t connections = tables[0].others().connections;
  for (const auto& s : tables[0].entries()) connections += s.connections;
  EXPECT_EQ(tables[0].entries().size(), 3U);
  EXPECT_EQ(connections, 10U);
}

TEST(ServiceTable, LossIsNamedByHalf) {
  FlowSamples samples;
  ServiceTable table;
  auto flow = flow_to("10.0.0.1", 80);
  const auto strong = static_cast<std::size_t>(Confidence::strong);
  const auto weak = static_cast<std::size_t>(Confidence::weak);
  flow.c2s.lost_downstream = 5;  // between capture point and server
  flow.c2s.lost_downstream_by[weak] = 5;
  flow.s2c.lost_upstream = 2;  // likewise
  flow.s2c.lost_upstream_by[strong] = 2;
  flow.s2c.lost_downstream = 1;  // between capture point and client
  flow.s2c.lost_downstream_by[weak] = 1;
  table.add(flow, Latencies(samples, 0));
  table.add(flow, Latencies(samples, 0));
  const auto* service = table.find({ip("10.0.0.1"), 80, Transport::tcp});
  EXPECT_EQ(service->lost(Half::server).packets, 14U);
  EXPECT_EQ(service->lost(Half::server).best, Confidence::strong);
  EXPECT_EQ(service->lost(Half::client).packets, 2U);
  EXPECT_EQ(service->lost(Half::client).best, Confidence::weak);
  EXPECT_EQ(ServiceStats{}.lost(Half::client).best, Confidence::none);
}

// Every counter of a direction takes part in the sum.
TEST(Accumulate, LeavesNoCounterOut) {
  DirectionRecord one;
  std::uint64_t next = 1;
  for (auto* count : {&one.packets,
                      &one.bytes,
                      &one.segments,
                      &one.retransmits,
                      &one.retransmitted_bytes,
                      &one.necessary_proven,
                      &one.necessary_undetermined,
                      &one.necessary_proven_spurious,
                      &one.reordered,
                      &one.reordered_late_original,
                      &one.network_duplicates,
                      &one.capture_duplicates,
                      &one.keepalives,
                      &one.zero_windows,
                      &one.zero_window_probes,
                      &one.window_full,
                      &one.dup_acks,
                      &one.lost_upstream,
                      &one.lost_downstream,
                      &one.capture_gap_bytes}) {
    *count = next++;
  }
  for (auto* counts : {&one.lost_upstream_by, &one.lost_downstream_by}) {
    for (auto& count : *counts) count = next++;
  }
  for (auto& count : one.by_cause) count = next++;
  one.zero_window = Nanos{100};
  one.stall = Nanos::max();
  one.max_in_flight = 9;
  DirectionRecord sum;
  accumulate(sum, one);
  accumulate(sum, one);
  EXPECT_EQ(sum.packets, 2 * one.packets);
  EXPECT_EQ(sum.bytes, 2 * one.bytes);
  EXPECT_EQ(sum.segments, 2 * one.segments);
  EXPECT_EQ(sum.retransmits, 2 * one.retransmits);
  EXPECT_EQ(sum.retransmitted_bytes, 2 * one.retransmitted_bytes);
  EXPECT_EQ(sum.necessary_proven, 2 * one.necessary_proven);
  EXPECT_EQ(sum.necessary_undetermined, 2 * one.necessary_undetermined);
  EXPECT_EQ(sum.necessary_proven_spurious, 2 * one.necessary_proven_spurious);
  EXPECT_EQ(sum.reordered, 2 * one.reordered);
  EXPECT_EQ(sum.reordered_late_original, 2 * one.reordered_late_original);
  EXPECT_EQ(sum.network_duplicates, 2 * one.network_duplicates);
  EXPECT_EQ(sum.capture_duplicates, 2 * one.capture_duplicates);
  EXPECT_EQ(sum.keepalives, 2 * one.keepalives);
  EXPECT_EQ(sum.zero_windows, 2 * one.zero_windows);
  EXPECT_EQ(sum.zero_window_probes, 2 * one.zero_window_probes);
  EXPECT_EQ(sum.window_full, 2 * one.window_full);
  EXPECT_EQ(sum.dup_acks, 2 * one.dup_acks);
  EXPECT_EQ(sum.lost_upstream, 2 * one.lost_upstream);
  EXPECT_EQ(sum.lost_downstream, 2 * one.lost_downstream);
  EXPECT_EQ(sum.capture_gap_bytes, 2 * one.capture_gap_bytes);
  for (std::size_t i = 0; i < kConfidences; ++i) {
    EXPECT_EQ(sum.lost_upstream_by[i], 2 * one.lost_upstream_by[i]);
    EXPECT_EQ(sum.lost_downstream_by[i], 2 * one.lost_downstream_by[i]);
  }
  for (std::size_t i = 0; i < kRetransmitCauses; ++i) {
    EXPECT_EQ(sum.by_cause[i], 2 * one.by_cause[i]);
  }
  EXPECT_EQ(sum.zero_window, Nanos{200});
  EXPECT_EQ(sum.stall, Nanos::max()) << "stops instead of wrapping";
  EXPECT_EQ(sum.max_in_flight, 9U);
}

}  // namespace
}  // namespace netlat
