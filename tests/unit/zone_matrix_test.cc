// Zones of connections: labels, the matrix, and what contradicts a map.

#include "netlat/measure/zone_matrix.h"

#include <gtest/gtest.h>

#include <string>

#include "netlat/measure/zone_doubt.h"
#include "netlat/zone/zone_reader.h"
#include "tests/support/report_samples.h"

namespace netlat {
namespace {

using test::us;

constexpr const char* kMap =
    "cidr,zone,region\n"
    "10.1.0.0/16,az1,east\n"
    "10.2.0.0/16,az2,east\n"
    "10.3.0.0/16,az3,west\n"
    "10.4.0.0/16,,west\n"
    "10.9.0.0/16,az1,east\n"
    "10.9.0.0/16,az2,east\n";

class Zoned : public ::testing::Test {
 protected:
  FlowRecord flow(const char* client, const char* server,
                  std::uint64_t bytes = 1'000) {
    FlowRecord f;
    f.client = test::ip(client);
    f.server = test::ip(server);
    f.c2s.bytes = bytes;
    f.start_time = stamp_ns(1'000'000'000);
    f.end_time = stamp_ns(2'000'000'000);
    return f;
  }
  // Adds a connection of which each half has `n` samples of these lengths; a
  // negative one has none.
  void add(const char* client, const char* server, Nanos server_half,
           Nanos client_half, int n = 1, std::uint64_t bytes = 1'000) {
    for (int i = 0; i < n; ++i) {
      if (server_half >= Nanos{0}) {
        samples_.add(0, SampleKind::server_network, server_half);
      }
      if (client_half >= Nanos{0}) {
        samples_.add(0, SampleKind::client_network, client_half);
      }
    }
    samples_.add(0, SampleKind::server_other, us(40'000));
    const Latencies latencies(samples_, 0);
    const FlowRecord f = flow(client, server, bytes);
    const FlowZones zones = labeler_.zones(f);
    doubts_.add(zones, latencies);
    matrix_.add(f, zones, latencies);
    services_.add(f, latencies);
    samples_.release(0);
  }
  const ZonePairStats* pair(const std::string& client,
                            const std::string& server) const {
    for (const auto& [key, stats] : matrix_.pairs()) {
      if (labeler_.name(key.client) == client &&
          labeler_.name(key.server) == server) {
        return &stats;
      }
    }
    return nullptr;
  }

  ZoneMap map_{std::move(*read_zone_map_text("map", kMap).map)};
  ZoneLabeler labeler_{map_};
  ZoneMatrix matrix_{labeler_};
  ZoneDoubts doubts_;
  ServiceTable services_;
  FlowSamples samples_;
};

TEST_F(Zoned, NamesEndsAndRelation) {
  struct Row {
    const char *client, *server, *client_zone, *server_zone, *relation;
  };
  constexpr Row kRows[] = {
      {"10.1.0.1", "10.1.0.2", "az1", "az1", "same"},
      {"10.1.0.1", "10.2.0.2", "az1", "az2", "cross"},
      {"10.3.0.1", "10.2.0.2", "az3", "az2", "cross_region"},
      {"10.1.0.1", "10.4.0.2", "az1", "", "cross_region"},
      {"10.3.0.1", "10.4.0.2", "az3", "", "unknown"},
      {"10.1.0.1", "10.9.0.2", "az1", "", "unknown"},
      {"8.8.8.8", "10.1.0.2", "", "az1", "unknown"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::string(row.client) + " to " + row.server);
    const FlowZones zones = labeler_.zones(flow(row.client, row.server));
    const ZoneNames names = labeler_.names(zones);
    EXPECT_EQ(names.client, row.client_zone);
    EXPECT_EQ(names.server, row.server_zone);
    EXPECT_EQ(names.relation, row.relation);
  }
}

TEST_F(Zoned, CapturesAtEitherEndAddUpToTheNetwork) {
  // At the client: the server's half is the network.  At the server: the
  // other way round.
  add("10.1.0.1", "10.2.0.2", us(900), us(20), 50);
  add("10.1.0.3", "10.2.0.4", us(30), us(910), 50);
  ASSERT_NE(pair("az1", "az2"), nullptr);
  const Quantiles network = pair("az1", "az2")->network().quantiles();
  EXPECT_EQ(network.n, 100U);
  EXPECT_EQ(network.min, us(900));
  EXPECT_EQ(network.max, us(910));
  const ServiceStats total = pair("az1", "az2")->total();
  EXPECT_EQ(total.connections, 2U);
  EXPECT_EQ(total[Distribution::server_network].quantiles().min, us(30));
  EXPECT_EQ(total[Distribution::server_network].quantiles().n, 100U);
}

TEST_F(Zoned, TheServicesStillGetEverySample) {
  add("10.1.0.1", "10.2.0.2", us(900), us(20), 400);
  const ServiceStats& service = services_.entries().front();
  EXPECT_EQ(service[Distribution::server_network].quantiles().n, 400U);
  EXPECT_EQ(service[Distribution::server_ack].quantiles().n, 401U);
  EXPECT_EQ(pair("az1", "az2")->total()[Distribution::server_ack].quantiles().n,
            401U);
}

TEST_F(Zoned, SharesAddUpAndNothingIsGuessed) {
  add("10.1.0.1", "10.1.0.2", us(200), us(1), 1, 1);
  add("10.1.0.1", "10.2.0.2", us(200), us(1), 1, 10);
  add("10.1.0.1", "10.3.0.2", us(200), us(1), 1, 100);
  add("10.1.0.1", "10.4.0.2", us(200), us(1), 1, 1'000);
  add("8.8.8.8", "10.9.0.2", us(200), us(1), 1, 10'000);
  EXPECT_EQ(matrix_.all().bytes, 11'111U);
  EXPECT_EQ(matrix_.of(ZoneRelation::same).bytes, 1U);
  EXPECT_EQ(matrix_.of(ZoneRelation::cross).bytes, 10U);
  EXPECT_EQ(matrix_.of(ZoneRelation::cross_region).bytes, 1'100U);
  EXPECT_EQ(matrix_.of(ZoneRelation::unknown).bytes, 10'000U);
  EXPECT_EQ(matrix_.of(ZoneStatus::unknown).bytes, 11'000U);
  EXPECT_EQ(matrix_.of(ZoneStatus::ambiguous).bytes, 10'000U);
  const auto unplaced = matrix_.unplaced();
  ASSERT_EQ(unplaced.size(), 3U);
  EXPECT_EQ(unplaced[0].second.bytes, 10'000U);
  EXPECT_EQ(unplaced[2].first, test::ip("10.4.0.2"));
  std::uint64_t sum = 0;
  for (const auto& [key, stats] : matrix_.pairs()) {
    sum += stats.total().c2s.bytes;
  }
  EXPECT_EQ(sum, 11'111U);
}

TEST_F(Zoned, RoundTripsContradictTheMap) {
  struct Row {
    const char* name;
    const char* server;
    Nanos server_half, client_half;
    int n;
    std::size_t doubts;
  };
  const Row kRows[] = {
      {"one zone, near", "10.1.0.2", us(900), us(20), 100, 0},
      {"one zone, too far", "10.1.0.2", us(900), us(110), 100, 1},
      {"one half alone is enough", "10.1.0.2", us(1'100), us(-1), 100, 1},
      {"too few samples", "10.1.0.2", us(1'100), us(20), 99, 0},
      {"two zones, far", "10.2.0.2", us(140), us(20), 100, 0},
      {"two zones, too near", "10.2.0.2", us(120), us(20), 100, 1},
      {"one half says nothing of two", "10.2.0.2", us(50), us(-1), 100, 0},
      {"two regions, too near", "10.3.0.2", us(50), us(20), 100, 1},
      {"unknown", "8.8.8.8", us(50), us(20), 100, 0},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    doubts_ = {};
    add("10.1.0.1", row.server, row.server_half, row.client_half, row.n);
    EXPECT_EQ(doubts_.doubts().size(), row.doubts);
  }
}

}  // namespace
}  // namespace netlat
