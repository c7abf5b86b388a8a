// The report of a path: records that keep to their schema, zones, text.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "netlat/report/hop_report.h"
#include "netlat/report/metric_catalogue.h"
#include "netlat/report/probe_metrics.h"
#include "netlat/zone/zone_reader.h"
#include "tests/support/kept_records.h"
#include "tests/support/probe_walk.h"

namespace netlat {
namespace {

constexpr auto kReached = AnswerKind::reached;

// Two zones, a change of route at hop 2, losses from hop 3 on.
HopReport changed_path() {
  test::Walk walk;
  for (int i = 0; i < 40; ++i, walk.round()) {
    const bool lost = i % 5 == 4;
    walk.probe(1, "10.0.0.1", AnswerKind::time_exceeded, 100);
    walk.probe(2, i < 20 ? "10.1.2.1" : "10.1.2.2", AnswerKind::time_exceeded,
               600);
    walk.probe(3, lost ? nullptr : "203.0.113.1", AnswerKind::time_exceeded,
               700);
    walk.probe(4, lost ? nullptr : "10.2.0.9", kReached, 700);
  }
  HopReport report;
  report.path = walk.report();
  report.path.plan.target = *IpAddress::parse("10.2.0.9");
  report.path.plan.name = "db\x1b[2J";
  report.path.series.back().extension.labels = {{16001, 0, 1}};
  report.path.series.back().extension.interfaces = {
      {0, 7, 9000, IpAddress::parse("192.0.2.1"), "et-0/0/1\n"}, {}};
  report.rows = judge_hops(report.path);
  report.names[*IpAddress::parse("10.2.0.9")] = "evil\x1b]0;x\x07";
  report.notes.emplace_back("no ICMP");
  return report;
}

struct RewriteCase {
  const char* name;
  Rewrite rewrite;
  const char* said;  // null: nothing
};

Rewrite quoted_with_ttl(std::uint8_t ttl) {
  Rewrite r;
  r.quoted.ttl = ttl;
  return r;
}

TEST(Sentences, SayWhatHappenedToProbes) {
  Rewrite moved, anew;
  moved.source = moved.checksum = true;
  moved.quoted.source = IpAddress::parse("203.0.113.7");
  anew.ip_id = true;
  const RewriteCase cases[] = {
      {"as sent", quoted_with_ttl(1), nullptr},
      {"translated", moved,
       "hop 1: probes arrive with another source, checksum (203.0.113.7): "
       "addresses are translated before it"},
      {"sent anew", anew,
       "hop 1: probes arrive with another ip id: something before it sends "
       "them anew"},
      {"tunnel", quoted_with_ttl(3),
       "hop 1: probes end there with a TTL of 3, not 1: inside a tunnel, as "
       "with MPLS, whose labels count the hops"}};
  for (const RewriteCase& c : cases) {
    HopReport report = changed_path();
    report.rows.front().rewrite = c.rewrite;
    const auto with = hop_sentences(report);
    report.rows.front().rewrite = {};
    const auto without = hop_sentences(report);
    if (c.said == nullptr) {
      EXPECT_EQ(with, without) << c.name;
      continue;
    }
    EXPECT_EQ(with.size(), without.size() + 1) << c.name;
    EXPECT_NE(std::find(with.begin(), with.end(), c.said), with.end())
        << c.name;
  }
}

// Names are strangers': no shape hands their control characters on.
TEST(Shapes, ArePrintableText) {
  const HopReport report = changed_path();
  std::string csv = hop_csv_header();
  hop_csv(report, csv);
  for (const std::string& shape :
       {csv, hop_mtr_json(report), hop_text(report, TextStyle{})}) {
    EXPECT_EQ(std::find_if(shape.begin(), shape.end(),
                           [](unsigned char c) {
                             return c != '\n' && (c < 0x20 || c > 0x7e);
                           }),
              shape.end())
        << shape;
  }
}

// No label that a stranger chooses, and those that the catalogue promises.
TEST(ProbeMetrics, HaveTheLabelsOfTheCatalogue) {
  const HopReport report = changed_path();
  const ProbedTarget targets[] = {{report.path, report.rows}};
  MetricSet set;
  append_probe_metrics(targets, set);
  std::set<std::string> told;
  for (const MetricFamily& family : set) {
    told.insert(family.name);
    const auto& all = metric_catalogue();
    const auto described =
        std::find_if(all.begin(), all.end(),
                     [&](const auto& d) { return d.name == family.name; });
    ASSERT_NE(described, all.end()) << family.name;
    for (const MetricSeries& series : family.series) {
      std::string labels;
      for (const MetricLabel& l : series.labels) {
        labels += (labels.empty() ? "" : " ") + l.name;
      }
      EXPECT_EQ(labels, described->labels) << family.name;
    }
  }
  for (const MetricDescription& d : metric_catalogue()) {
    if (d.name.starts_with("netlat_probe_")) {
      EXPECT_TRUE(told.contains(std::string(d.name))) << d.name;
    }
  }
}

ZoneMapReading map_of_three() {
  return read_zone_map_text("zones.csv",
                            "cidr,zone,region\n"
                            "10.0.0.0/16,az1,r\n"
                            "10.1.0.0/16,az2,r\n"
                            "10.2.0.0/16,az3,r2\n");
}

TEST(Records, OfProbesKeepToTheirSchemas) {
  JsonWriter json;
  HopReport report = changed_path();
  std::string lines;
  hop_json(json, report, lines);
  report.path.plan.explain = true;
  report.path.plan.rounds = 30;
  report.path.exploration = ExplorationReport{7, 9, false, false};
  report.path.lanes.back().discovered = true;
  PathEvent found;
  found.kind = PathEventKind::way_found;
  report.path.events.push_back(found);
  report.rows = judge_hops(report.path);
  EXPECT_TRUE(report.rows.back().response);
  auto reading = map_of_three();
  ASSERT_TRUE(reading.map) << reading.problems[0].message;
  report.zones = hop_zones(*reading.map, report.path, report.rows);
  hop_json(json, report, lines);
  test::Walk nobody;
  for (int i = 0; i < 5; ++i) nobody.probe(1, nullptr);
  HopReport silent;
  silent.path = nobody.report();
  silent.rows = judge_hops(silent.path);
  hop_json(json, silent, lines);
  for (const char c : lines) {
    ASSERT_TRUE(c == '\n' || (c >= 0x20 && c <= 0x7e));
  }
  test::keep_for_check("probe.ndjson", lines);
}

TEST(HopZones, CrossingsAreFoundOverHopsOfNoZone) {
  auto reading = map_of_three();
  ASSERT_TRUE(reading.map);
  const HopReport report = changed_path();
  const auto zones = hop_zones(*reading.map, report.path, report.rows);
  struct Row {
    std::uint8_t ttl;
    const char* name;
    const char* from;
    bool crosses;
  };
  const Row rows[] = {{1, "az1", "az1", false},
                      {2, "az2", "az1", true},
                      {3, "", "", false},
                      {4, "az3", "az2", true}};
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (report.rows[i].former) {
      EXPECT_FALSE(zones[i].crosses());
      continue;
    }
    const Row& row = rows[report.rows[i].ttl - 1];
    EXPECT_EQ(zones[i].name, row.name) << int{row.ttl};
    EXPECT_EQ(zones[i].from, row.from) << int{row.ttl};
    EXPECT_EQ(zones[i].crosses(), row.crosses) << int{row.ttl};
  }
  EXPECT_EQ(zones.back().relation, ZoneRelation::cross_region);
  // 1.2 ms at hop 2, 2.8 at hop 4: both hops between count.
  ASSERT_TRUE(zones.back().added);
  EXPECT_NEAR(static_cast<double>(zones.back().added->added.count()), 1.6e6,
              1e5);
}

TEST(HopText, ShowsZonesAndNothingHostile) {
  auto reading = map_of_three();
  ASSERT_TRUE(reading.map);
  HopReport report = changed_path();
  report.zones = hop_zones(*reading.map, report.path, report.rows);
  const std::string text = hop_text(report, {});
  for (const char* part :
       {">az2", ">az3", "from zone az2 to az3 at hop 4: adds 1.", "MPLS 16001",
        "route changed at hop 2"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << '\n' << text;
  }
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
}

}  // namespace
}  // namespace netlat
