// Metrics in their three formats, and which of them a client is given.

#include "netlat/report/metrics_format.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

#include "netlat/report/metrics_protobuf.h"
#include "netlat/report/metrics_text.h"

namespace netlat {
namespace {

MetricSet sample() {
  MetricSet set;
  set.push_back({"netlat_bytes_total",
                 "Octets \"so far\"\\.\nAll.",
                 "bytes",
                 MetricType::counter,
                 {{{{"where", "a\\b\"c\nd"}}, 12345, std::nullopt},
                  {{}, 0.5, std::nullopt}}});
  set.push_back({"netlat_empty", "Nobody.", "", MetricType::gauge, {}});
  MetricHistogram h;
  h.count = 9;
  h.sum = 2.25;
  h.zero_count = 1;
  h.first = -3;
  h.counts = {2, 1, 0, 0, 0, 5};
  h.classic = {{0.5, 3}, {1, 3}, {2.5, 8}};
  h.slowest = {1.75, stamp_ns(1'767'225'600'123'000'000)};
  set.push_back({"netlat_x_seconds",
                 "Times.",
                 "seconds",
                 MetricType::histogram,
                 {{{{"zone", "az1"}}, 0, h}}});
  return set;
}

TEST(MetricsFormat, Text004) {
  EXPECT_EQ(metrics_text(sample(), MetricsDialect::text_0_0_4),
            R"(# HELP netlat_bytes_total Octets "so far"\\.\nAll.
# TYPE netlat_bytes_total counter
netlat_bytes_total{where="a\\b\"c\nd"} 12345
netlat_bytes_total 0.5
# HELP netlat_x_seconds Times.
# TYPE netlat_x_seconds histogram
netlat_x_seconds_bucket{zone="az1",le="0.5"} 3
netlat_x_seconds_bucket{zone="az1",le="1.0"} 3
netlat_x_seconds_bucket{zone="az1",le="2.5"} 8
netlat_x_seconds_bucket{zone="az1",le="+Inf"} 9
netlat_x_seconds_sum{zone="az1"} 2.25
netlat_x_seconds_count{zone="az1"} 9
)");
}

TEST(MetricsFormat, OpenMetrics) {
  EXPECT_EQ(metrics_text(sample(), MetricsDialect::open_metrics_1_0),
            R"(# HELP netlat_bytes Octets \"so far\"\\.\nAll.
# TYPE netlat_bytes counter
# UNIT netlat_bytes bytes
netlat_bytes_total{where="a\\b\"c\nd"} 12345
netlat_bytes_total 0.5
# HELP netlat_x_seconds Times.
# TYPE netlat_x_seconds histogram
# UNIT netlat_x_seconds seconds
netlat_x_seconds_bucket{zone="az1",le="0.5"} 3
netlat_x_seconds_bucket{zone="az1",le="1.0"} 3
netlat_x_seconds_bucket{zone="az1",le="2.5"} 8 # {} 1.75 1767225600.123
netlat_x_seconds_bucket{zone="az1",le="+Inf"} 9
netlat_x_seconds_sum{zone="az1"} 2.25
netlat_x_seconds_count{zone="az1"} 9
# EOF
)");
}

TEST(MetricsFormat, AnExemplarIsInTheBucketOfItsValue) {
  struct Row {
    double value;
    const char* le;
  };
  for (const Row& row : {Row{0, "0.5"}, Row{0.5, "0.5"}, Row{0.51, "1.0"},
                         Row{2.5, "2.5"}, Row{2.6, "+Inf"}}) {
    MetricSet set = sample();
    set.back().series[0].histogram->slowest->value = row.value;
    const std::string text =
        metrics_text(set, MetricsDialect::open_metrics_1_0);
    const std::size_t at = text.find(" # {} ");
    ASSERT_NE(at, std::string::npos) << row.value;
    EXPECT_EQ(text.find(" # {} ", at + 1), std::string::npos) << row.value;
    const std::size_t line = text.rfind('\n', at);
    EXPECT_NE(text.substr(line, at - line).find(std::string("le=\"") + row.le),
              std::string::npos)
        << row.value;
    set.erase(set.begin() + 1);  // without series
    const auto again = read_metrics_protobuf(metrics_protobuf(set));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, set) << row.value;
  }
}

TEST(MetricsFormat, Numbers) {
  const double inf = std::numeric_limits<double>::infinity();
  MetricSet set = {{"g", "h", "", MetricType::gauge, {}}};
  for (const double v : {inf, -inf, inf - inf, 1e300, 9007199254740993.}) {
    set[0].series.push_back({{}, v, std::nullopt});
  }
  EXPECT_EQ(metrics_text(set, MetricsDialect::text_0_0_4),
            "# HELP g h\n# TYPE g gauge\ng +Inf\ng -Inf\ng NaN\ng 1e+300\n"
            "g 9007199254740992\n");
  EXPECT_EQ(bound_text(5e-05), "5e-05");
  EXPECT_EQ(bound_text(10), "10.0");
}

// The octets of one histogram, worked out by hand from metrics.proto.
TEST(MetricsFormat, ProtobufOctets) {
  MetricHistogram h;
  h.count = 3;
  h.sum = 1;
  h.first = 2;
  h.counts = {1, 0, 0, 0, 2};
  h.classic = {{1, 3}};
  const MetricSet set = {{"x", "", "", MetricType::histogram, {{{}, 0, h}}}};
  const unsigned char wanted[] = {
      0x4d,                                         // 77 octets
      0x0a, 1,    'x',                              // name
      0x12, 0,                                      // help
      0x18, 4,                                      // HISTOGRAM
      0x22, 0x44,                                   // metric
      0x3a, 0x42,                                   // histogram
      0x08, 3,                                      // sample_count
      0x11, 0,    0,    0, 0,    0, 0, 0xf0, 0x3f,  // sample_sum 1.0
      0x1a, 11,                                     // bucket
      0x08, 3,    0x11, 0, 0,    0, 0, 0,    0,
      0xf0, 0x3f, 0x28, 6,                          // schema 3
      0x31, 0,    0,    0, 0,    0, 0, 0xb0, 0x3e,  // 2^-20
      0x38, 0,                                      // zero_count
      0x62, 4,    0x08, 4, 0x10, 1,                 // span 2, 1
      0x62, 4,    0x08, 6, 0x10, 1,                 // span 3, 1
      0x6a, 2,    2,    2,                          // +1, +1
  };
  std::string expected(std::begin(wanted), std::end(wanted));
  // Lengths follow from the rest.
  const std::size_t total = expected.size() - 1;
  expected[0] = static_cast<char>(total);
  expected[9] = static_cast<char>(total - 9);
  expected[11] = static_cast<char>(total - 11);
  EXPECT_EQ(metrics_protobuf(set), expected);
}

TEST(MetricsFormat, EmptyHistogramIsNativeAll) {
  const MetricSet set = {
      {"x", "", "", MetricType::histogram, {{{}, 0, MetricHistogram{}}}}};
  // An empty span: offset 0, length 0.
  EXPECT_NE(metrics_protobuf(set).find(std::string("\x62\x04\x08\0\x10\0", 6)),
            std::string::npos);
}

TEST(MetricsFormat, ProtobufThereAndBack) {
  MetricSet set = sample();
  std::mt19937_64 random(7);
  for (int i = 0; i < 50; ++i) {
    MetricHistogram h;
    h.count = random() % 1'000'000;
    h.sum = static_cast<double>(random() % 1000) / 7;
    h.zero_count = random() % 3;
    h.first = static_cast<std::int32_t>(random() % 400) - 200;
    for (std::uint64_t k = 0; k < random() % 60; ++k) {
      h.counts.push_back(random() % 4 == 0 ? random() % 100'000 : 0);
    }
    // Buckets at the ends are in use.
    if (!h.counts.empty()) h.counts.front() = h.counts.back() = 1;
    if (h.counts.empty()) h.first = 0;
    h.classic = {{0.1, random() % 50}, {2, random() % 90}};
    set.back().series.push_back({{{"n", std::to_string(i)}}, 0, h});
  }
  const auto back = read_metrics_protobuf(metrics_protobuf(set));
  ASSERT_TRUE(back);
  set.erase(set.begin() + 1);  // the family without series
  EXPECT_EQ(*back, set);
}

TEST(MetricsFormat, DamagedProtobufIsRefusedOrRead) {
  const std::string whole = metrics_protobuf(sample());
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto cut = read_metrics_protobuf(whole.substr(0, n));
    EXPECT_LT(cut ? cut->size() : 0, 2U) << n;
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    (void)read_metrics_protobuf(damaged);
  }
}

struct Accepting {
  const char* name;
  const char* accept;
  MetricsFormat wanted;
};
const Accepting kAccepting[] = {
    {"nothing", "", MetricsFormat::text},
    {"anything", "*/*", MetricsFormat::text},
    {"browser", "text/html,application/xhtml+xml,*/*;q=0.8",
     MetricsFormat::text},
    {"prometheus",
     "application/openmetrics-text;version=1.0.0,"
     "application/openmetrics-text;version=0.0.1;q=0.75,"
     "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     MetricsFormat::open_metrics},
    {"prometheus_native",
     "application/vnd.google.protobuf;"
     "proto=io.prometheus.client.MetricFamily;encoding=delimited,"
     "application/openmetrics-text;version=1.0.0;q=0.8,"
     "application/openmetrics-text;version=0.0.1;q=0.75,"
     "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     MetricsFormat::protobuf},
    {"victoria", "text/plain; version=0.0.4;q=1,*/*;q=0.1",
     MetricsFormat::text},
    {"newer_open_only",
     "application/openmetrics-text;version=2.0.0,text/plain;q=0.2",
     MetricsFormat::text},
    {"open_without_version", "application/openmetrics-text",
     MetricsFormat::open_metrics},
    {"weights_rule", "application/openmetrics-text;q=0.2,text/plain;q=0.9",
     MetricsFormat::text},
    {"refused", "application/openmetrics-text;q=0,text/plain;q=0.1",
     MetricsFormat::text},
    {"other_proto",
     "application/vnd.google.protobuf;proto=some.Other;encoding=delimited",
     MetricsFormat::text},
    {"text_encoding",
     "application/vnd.google.protobuf;"
     "proto=io.prometheus.client.MetricFamily;encoding=text",
     MetricsFormat::text},
    {"case_and_blanks",
     " Application/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=1 ",
     MetricsFormat::open_metrics},
    {"damaged", ";;;,,=;q=;,", MetricsFormat::text},
};

TEST(MetricsFormat, Negotiation) {
  for (const Accepting& row : kAccepting) {
    EXPECT_EQ(choose_metrics_format(row.accept), row.wanted) << row.name;
  }
}

TEST(MetricsFormat, Gzip) {
  EXPECT_TRUE(accepts_gzip("gzip"));
  EXPECT_TRUE(accepts_gzip("deflate, GZIP;q=0.5"));
  EXPECT_FALSE(accepts_gzip(""));
  EXPECT_FALSE(accepts_gzip("gzip;q=0"));
  EXPECT_FALSE(accepts_gzip("br, zstd"));
}

}  // namespace
}  // namespace netlat
