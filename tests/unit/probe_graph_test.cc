// Finding all ways: the stopping rule, and graphs of known shape.

#include <gtest/gtest.h>

#include <random>

#include "netlat/report/hop_graph.h"
#include "tests/support/kept_records.h"

namespace netlat {
namespace {

TEST(PathGraph, NeedsTheFlowsOfTheRule) {
  // Computed elsewhere from the published formula.
  const unsigned table[] = {6,  11, 16, 21, 27, 33, 38, 44,
                            51, 57, 63, 70, 76, 83, 90, 96};
  for (unsigned k = 1; k <= 16; ++k) {
    EXPECT_EQ(flows_needed(k), table[k - 1]) << k;
  }
}

IpAddress at(unsigned ttl, unsigned n) {
  const std::uint8_t octets[] = {10, static_cast<std::uint8_t>(ttl), 0,
                                 static_cast<std::uint8_t>(n)};
  return IpAddress::v4(octets);
}

// r1, then one of `width` routers, then r3 and the target.
class Diamond {
 public:
  explicit Diamond(unsigned width, std::uint32_t seed)
      : width_(width), random_(seed) {}

  PathReport flows(unsigned count, bool by_packet = false) {
    PathReport report;
    for (std::uint16_t i = 0; i < count; ++i) {
      LaneReport lane;
      lane.source_port = port_++;
      lane.distance = 4;
      report.lanes.push_back(lane);
      const unsigned n = static_cast<unsigned>(random_()) % width_;
      hop(report, i, 1, 1);
      hop(report, i, 2, n);
      if (by_packet) hop(report, i, 2, (n + 1) % width_);
      hop(report, i, 3, 1);
      hop(report, i, 4, 1);
      report.series.back().kind = AnswerKind::reached;
    }
    return report;
  }

 private:
  static void hop(PathReport& report, std::uint16_t lane, std::uint8_t ttl,
                  unsigned n) {
    HopSeries s;
    s.lane = lane;
    s.ttl = ttl;
    s.address = at(ttl, n);
    s.sent = s.answered = 2;
    report.series.push_back(s);
  }

  unsigned width_;
  std::mt19937 random_;
  Port port_ = 1024;
};

PathGraph explore(Diamond& diamond) {
  PathGraph graph;
  for (unsigned missing = 12; missing > 0 && graph.flows() < 2000;) {
    graph.add(diamond.flows(std::min(missing, 64u)));
    missing = graph.flows_missing();
  }
  return graph;
}

TEST(PathGraph, FindsDiamondsAsOftenAsPromised) {
  for (const unsigned width : {1u, 2u, 4u, 16u}) {
    int found = 0;
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
      Diamond diamond(width, seed);
      const PathGraph graph = explore(diamond);
      found += graph.nodes().size() == 3 + width &&
                       graph.edges().size() == 1 + 2 * width
                   ? 1
                   : 0;
    }
    EXPECT_GE(found, 190) << width;
  }
}

TEST(PathGraph, AsksForJustEnoughFlows) {
  Diamond line(1, 3);
  PathGraph graph;
  EXPECT_EQ(graph.flows_missing(), 6u);
  graph.add(line.flows(5));
  EXPECT_EQ(graph.flows_missing(), 1u);
  graph.add(line.flows(1));
  EXPECT_EQ(graph.flows_missing(), 0u);
}

TEST(PathGraph, TellsFlowsAndPackets) {
  Diamond diamond(3, 7);
  PathGraph graph;
  const PathReport report = diamond.flows(9, true);
  graph.add(report);
  graph.add(report);
  EXPECT_EQ(graph.flows(), 9u) << "ports seen before";
  EXPECT_EQ(graph.by_packet(), std::set<std::uint8_t>{2});
  EXPECT_TRUE(graph.nodes().back().target);
  for (const GraphEdge& e : graph.edges()) {
    EXPECT_LE(e.ports.size(), kMostPorts);
    EXPECT_GE(e.flows, e.ports.size());
  }
}

TEST(Records, OfGraphsKeepToTheirSchema) {
  Diamond diamond(2, 1);
  GraphReport report;
  report.plan.target = at(4, 1);
  report.plan.name = "db\x1b[2J";
  JsonWriter json;
  std::string lines(graph_line(json, report));
  report.graph = explore(diamond);
  report.complete = true;
  lines += graph_line(json, report);
  EXPECT_NE(lines.find("\"ttl\":1,\"from\":\"10.1.0.1\",\"to\":\"10.2.0.1\""),
            std::string::npos);
  const std::string text = graph_text(report, {});
  EXPECT_NE(text.find("spreads flows over 2 next hops"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  test::keep_for_check("graph.ndjson", lines);
}

}  // namespace
}  // namespace netlat
