// What metrics count, and how many series that may take.

#include "netlat/report/metric_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "netlat/report/metric_catalogue.h"
#include "netlat/report/metric_histogram.h"
#include "netlat/zone/zone_reader.h"
#include "tests/support/report_samples.h"

namespace netlat {
namespace {

using test::us;

ZoneMapReading two_zones() {
  return read_zone_map_text(
      "map", "#netlat-zones 1\ncidr,zone\n10.1.0.0/16,az1\n10.2.0.0/16,az2\n");
}

ZoneWay way(const ZoneLabeler& zones, const char* from, const char* to,
            Transport transport, std::uint64_t bytes) {
  const Stamp at = stamp_ns(0);
  return {zones.place(test::ip(from), at), zones.place(test::ip(to), at),
          transport, 1, bytes};
}

IntervalStats row(const char* server, Port port, std::uint64_t packets) {
  IntervalStats r;
  r.key = {test::ip(server), port, Transport::tcp};
  r.packets = packets;
  r.server_rtt.add(us(900));
  return r;
}

Interval second(int at, std::vector<IntervalStats> rows) {
  Interval i;
  i.start = stamp_ns(std::int64_t{at} * 1'000'000'000);
  i.end = i.start + std::chrono::seconds(1);
  i.services = std::move(rows);
  return i;
}

const MetricFamily* family(const MetricSet& set, std::string_view name) {
  for (const MetricFamily& f : set) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

std::string label(const MetricSeries& series, std::string_view name) {
  for (const MetricLabel& l : series.labels) {
    if (l.name == name) return l.value;
  }
  return "(none)";
}

MetricSet set_of(const MetricTable& table) {
  MetricSet set;
  table.append_to(set);
  return set;
}

TEST(MetricTable, WithoutZonesEverythingIsOnePath) {
  MetricTable table({});
  table.add(second(1, {row("10.0.0.1", 80, 5), row("10.0.0.2", 81, 7)}),
            nullptr);
  table.add(second(2, {row("10.0.0.1", 80, 1)}), nullptr);
  const MetricSet set = set_of(table);
  const MetricFamily* packets = family(set, "netlat_tcp_packets_total");
  ASSERT_NE(packets, nullptr);
  ASSERT_EQ(packets->series.size(), 1U);
  EXPECT_EQ(packets->series[0].value, 13);
  EXPECT_EQ(label(packets->series[0], "src_zone"), "unknown");
  EXPECT_EQ(label(packets->series[0], "service"), "(none)");
  const MetricFamily* rtt = family(set, "netlat_tcp_rtt_seconds");
  ASSERT_EQ(rtt->series.size(), 2U);
  EXPECT_EQ(label(rtt->series[0], "half"), "server");
  EXPECT_EQ(rtt->series[0].histogram->count, 3U);
  EXPECT_EQ(rtt->series[1].histogram->count, 0U);
}

TEST(MetricTable, ServicesBeyondTheNumberAreOther) {
  MetricTableOptions options;
  options.by_service = true;
  options.most_services = 2;
  options.services = {{test::ip("10.9.9.9"), 5432, Transport::tcp}};
  MetricTable table(options);
  std::vector<IntervalStats> rows;
  for (Port port = 1; port <= 100; ++port) {
    rows.push_back(row("10.0.0.1", port, 1));
  }
  rows.push_back(row("10.9.9.9", 5432, 4));
  rows.push_back(row("10.0.0.1", 0, 9));
  rows.back().rest = true;
  table.add(second(1, rows), nullptr);
  const MetricSet set = set_of(table);
  std::map<std::string, double> by_service;
  for (const auto& s : family(set, "netlat_tcp_packets_total")->series) {
    by_service[label(s, "service")] = s.value;
  }
  const std::map<std::string, double> wanted = {{"10.0.0.1:1", 1},
                                                {"10.0.0.1:2", 1},
                                                {"10.9.9.9:5432", 4},
                                                {"other", 98 + 9}};
  EXPECT_EQ(by_service, wanted);
}

// An interval's rows have their own bound; beyond it nothing is told apart.
TEST(MetricTable, WhatHasNoRowIsCountedToo) {
  MetricTable table({});
  Interval interval = second(1, {row("10.0.0.1", 80, 5)});
  interval.others = row("10.0.0.9", 1, 7);
  table.add(interval, nullptr);
  const MetricSet set = set_of(table);
  std::map<std::string, double> by_zone;
  for (const auto& s : family(set, "netlat_tcp_packets_total")->series) {
    by_zone[label(s, "src_zone")] = s.value;
  }
  EXPECT_EQ(by_zone,
            (std::map<std::string, double>{{"unknown", 5}, {"other", 7}}));
}

TEST(MetricTable, SeriesAreCappedAndNothingIsLost) {
  MetricTableOptions options;
  options.by_service = true;
  options.most_services = 1'000'000;
  options.most_series = 2'000;
  MetricTable table(options);
  double total = 0;
  for (int s = 0; s < 50; ++s) {
    std::vector<IntervalStats> rows;
    for (int i = 0; i < 20; ++i) {
      rows.push_back(row("10.0.0.1", static_cast<Port>(1 + s * 20 + i), 3));
      total += 3;
    }
    table.add(second(s, rows), nullptr);
  }
  const MetricSet set = set_of(table);
  std::size_t series = 0;
  for (const MetricFamily& f : set) {
    for (const MetricSeries& s : f.series) {
      series += s.histogram ? s.histogram->classic.size() + 3 : 1;
    }
  }
  EXPECT_LE(series, options.most_series);
  EXPECT_EQ(table.label_sets(), table.most_label_sets());
  EXPECT_GT(table.refused(), 0U);
  double counted = 0;
  for (const auto& s : family(set, "netlat_tcp_packets_total")->series) {
    counted += s.value;
  }
  EXPECT_EQ(counted, total);
}

TEST(MetricTable, IdleLabelSetsGoAndMakeRoom) {
  MetricTableOptions options;
  options.by_service = true;
  options.most_services = 1;
  MetricTable table(options);
  table.add(second(0, {row("10.0.0.1", 1, 1)}), nullptr);
  table.add(second(3599, {row("10.0.0.1", 2, 1)}), nullptr);
  EXPECT_EQ(table.label_sets(), 2U);  // the second is "other"
  table.add(second(3601, {row("10.0.0.1", 3, 1)}), nullptr);
  table.add(second(3602, {row("10.0.0.1", 4, 1)}), nullptr);
  std::set<std::string> names;
  const MetricSet set = set_of(table);
  for (const auto& s : family(set, "netlat_tcp_packets_total")->series) {
    names.insert(label(s, "service"));
  }
  EXPECT_EQ(names, (std::set<std::string>{"10.0.0.1:4", "other"}));
}

// What the catalogue says, in full.
std::string labels_of(const MetricDescription& d, bool by_service) {
  std::string all(d.labels);
  const std::string word = all.substr(0, all.find(' '));
  if (word != "PATH" && word != "WAY") return all;
  const bool service = by_service && word == "PATH";
  return "src_zone dst_zone zone_relation" +
         std::string(service ? " service" : "") + all.substr(word.size());
}

// Every family that is told apart by traffic has the labels the catalogue says.
TEST(MetricTable, LabelsAreThoseOfTheCatalogue) {
  for (const bool by_service : {false, true}) {
    MetricTableOptions options;
    options.by_service = by_service;
    MetricTable table(options);
    const ZoneMapReading map = two_zones();
    const ZoneLabeler zones(*map.map);
    table.add(second(1, {row("10.0.0.1", 80, 5)}), &zones);
    table.add({way(zones, "10.1.0.1", "10.2.0.1", Transport::udp, 1)}, &zones);
    std::size_t families = 0;
    for (const MetricFamily& f : set_of(table)) {
      const auto catalogue = metric_catalogue();
      const auto found =
          std::find_if(catalogue.begin(), catalogue.end(),
                       [&](const auto& d) { return d.name == f.name; });
      ASSERT_NE(found, catalogue.end()) << f.name;
      ++families;
      const std::string wanted = labels_of(*found, by_service);
      ASSERT_FALSE(f.series.empty()) << f.name;
      for (const MetricSeries& s : f.series) {
        std::string names;
        for (const MetricLabel& l : s.labels) {
          names += (names.empty() ? "" : " ") + l.name;
        }
        EXPECT_EQ(names, wanted) << f.name;
      }
    }
    const auto wanted =
        std::count_if(metric_catalogue().begin(), metric_catalogue().end(),
                      [](const auto& d) {
                        return labels_of(d, false).starts_with("src_zone");
                      });
    EXPECT_EQ(families, static_cast<std::size_t>(wanted));
  }
}

TEST(MetricTable, AnExemplarThatIsOldIsNotShown) {
  MetricTable table({});
  table.add(second(1, {row("10.0.0.1", 80, 5)}), nullptr);
  const auto shown = [&] {
    const MetricSet set = set_of(table);
    return family(set, "netlat_tcp_rtt_seconds")->series[0].histogram->slowest;
  };
  ASSERT_TRUE(shown());
  EXPECT_EQ(shown()->value, 900e-6);
  EXPECT_EQ(shown()->time, stamp_ns(2'000'000'000));
  table.add(second(16, {}), nullptr);
  EXPECT_FALSE(shown());
}

// ---- What TCP did

double value(const MetricSet& set, std::string_view name,
             std::string_view own_label, std::string_view own_value) {
  for (const MetricSeries& s : family(set, name)->series) {
    if (label(s, own_label) == own_value) return s.value;
  }
  ADD_FAILURE() << name << ' ' << own_value;
  return -1;
}

TEST(MetricTable, TroublesAreToldApart) {
  IntervalStats r = row("10.0.0.1", 80, 5);
  for (std::size_t i = 0; i < kRetransmitCauses; ++i) {
    r.trouble.by_cause[i] = i + 1;
  }
  r.trouble.retransmitted_bytes = 1448;
  r.trouble.spurious = 3;
  r.trouble.dup_acks = 4;
  r.trouble.zero_window = {us(250'000), us(1'500'000)};
  r.resets = {6, 7};
  r.fail(ConnectFailure::reset);
  r.fail(ConnectFailure::icmp);
  r.fail(ConnectFailure::icmp);
  MetricTable table({});
  table.add(second(1, {r}), nullptr);
  table.add(second(2, {r}), nullptr);
  const MetricSet set = set_of(table);
  struct Row {
    const char *name, *label, *value;
    double wanted;
  };
  const char* const again = "netlat_tcp_retransmitted_segments_total";
  const char* const failures = "netlat_tcp_connect_failures_total";
  const char* const shut = "netlat_tcp_zero_window_seconds_total";
  for (const Row& expected : {
           Row{again, "kind", "syn_timer", 2},
           Row{again, "kind", "fast", 6},
           Row{again, "kind", "unknown", 18},
           Row{"netlat_tcp_retransmitted_bytes_total", "kind", "(none)", 2896},
           Row{"netlat_tcp_spurious_retransmissions_total", "kind", "(none)",
               6},
           Row{"netlat_tcp_duplicate_acks_total", "kind", "(none)", 8},
           Row{shut, "side", "client", 0.5},
           Row{shut, "side", "server", 3},
           Row{"netlat_tcp_resets_total", "by", "client", 12},
           Row{"netlat_tcp_resets_total", "by", "server", 14},
           Row{failures, "reason", "reset", 2},
           Row{failures, "reason", "timeout", 0},
           Row{failures, "reason", "icmp", 4},
       }) {
    EXPECT_EQ(value(set, expected.name, expected.label, expected.value),
              expected.wanted)
        << expected.name << ' ' << expected.value;
  }
}

// ---- From zone to zone

TEST(MetricTable, OctetsBetweenZonesAreThoseOfEveryTransport) {
  const ZoneMapReading map = two_zones();
  const ZoneLabeler zones(*map.map);
  MetricTable table({});
  table.add(second(1, {}), &zones);
  for (int i = 0; i < 2; ++i) {
    table.add({way(zones, "10.1.0.1", "10.2.0.1", Transport::tcp, 1000),
               way(zones, "10.1.0.1", "10.2.0.1", Transport::udp, 100),
               way(zones, "10.2.0.1", "10.1.0.1", Transport::tcp, 60),
               way(zones, "10.1.0.1", "10.1.0.2", Transport::tcp, 7),
               way(zones, "10.1.0.1", "10.9.0.1", Transport::tcp, 3)},
              &zones);
  }
  const MetricSet set = set_of(table);
  std::map<std::string, double> between, all;
  for (const auto& s : family(set, "netlat_inter_zone_bytes_total")->series) {
    between[label(s, "src_zone") + ">" + label(s, "dst_zone")] += s.value;
  }
  for (const auto& s : family(set, "netlat_flow_bytes_total")->series) {
    all[label(s, "zone_relation") + " " + label(s, "transport")] += s.value;
  }
  EXPECT_EQ(between, (std::map<std::string, double>{{"az1>az2", 2200},
                                                    {"az2>az1", 120}}));
  EXPECT_EQ(all, (std::map<std::string, double>{{"cross tcp", 2120},
                                                {"cross udp", 200},
                                                {"same tcp", 14},
                                                {"unknown tcp", 6}}));
  EXPECT_EQ(family(set, "netlat_flow_packets_total")->series[0].value, 2);
}

TEST(MetricTable, WaysAreCappedAndNothingIsLost) {
  std::string text = "#netlat-zones 1\ncidr,zone\n";
  for (int i = 0; i < 250; ++i) {
    text += fmt::format("10.{0}.0.0/16,az{0}\n", i);
  }
  const ZoneMapReading map = read_zone_map_text("map", text);
  const ZoneLabeler zones(*map.map);
  MetricTable table({});
  table.add(second(1, {}), &zones);
  for (int i = 0; i < 250; ++i) {
    const std::string to = fmt::format("10.{}.0.1", i);
    table.add({way(zones, "10.0.0.1", to.c_str(), Transport::tcp, 10)}, &zones);
  }
  const MetricSet set = set_of(table);
  double sum = 0, others = 0;
  for (const auto& s : family(set, "netlat_flow_bytes_total")->series) {
    sum += s.value;
    if (label(s, "dst_zone") == "other") others += s.value;
  }
  EXPECT_EQ(sum, 2500);
  EXPECT_GT(others, 0);
  EXPECT_EQ(static_cast<double>(table.refused()) * 10, others);
  std::size_t series = 0;
  for (const MetricFamily& f : set) series += f.series.size();
  EXPECT_LE(series, MetricTableOptions().most_series / 12);
}

}  // namespace
}  // namespace netlat
