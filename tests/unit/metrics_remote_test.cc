// Remote-write requests, taken apart as a receiver would.

#include "netlat/report/metrics_remote.h"

#include <gtest/gtest.h>
#include <snappy.h>

#include <bit>
#include <map>
#include <protozero/pbf_reader.hpp>

namespace netlat {
namespace {

constexpr std::uint64_t kStale = 0x7ff0000000000002;
constexpr std::int64_t kTime = 1'800'000'000'123;

// Octets of the value by "name=value" of all labels, as they come.
using Told = std::map<std::string, std::uint64_t>;

Told read(const RemoteWriteRequest& request) {
  Told told;
  std::string message;
  EXPECT_TRUE(
      snappy::Uncompress(request.body.data(), request.body.size(), &message));
  protozero::pbf_reader all(message);
  while (all.next(1)) {
    std::string name;
    protozero::pbf_reader series = all.get_message();
    while (series.next()) {
      const auto tag = series.tag();
      protozero::pbf_reader part = series.get_message();
      if (tag == 1) {
        EXPECT_TRUE(part.next(1));
        name += name.empty() ? "" : ",";
        name += part.get_string() + '=';
        EXPECT_TRUE(part.next(2));
        name += part.get_string();
      } else {
        EXPECT_TRUE(part.next(1));
        const double value = part.get_double();
        EXPECT_TRUE(
            told.emplace(name, std::bit_cast<std::uint64_t>(value)).second)
            << name << " twice";
        EXPECT_TRUE(part.next(2));
        EXPECT_EQ(part.get_int64(), kTime);
      }
    }
  }
  EXPECT_EQ(told.size(), request.samples);
  return told;
}

std::uint64_t number(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

MetricFamily gauge(const std::string& zone, double value) {
  MetricFamily family;
  family.name = "g";
  family.series = {{{{"zone", zone}}, value, std::nullopt}};
  return family;
}

TEST(RemoteWrite, TellsEverySeriesWithItsLabelsInOrder) {
  MetricFamily times;
  times.name = "t_seconds";
  times.type = MetricType::histogram;
  MetricHistogram h;
  h.count = 3;
  h.sum = 1.5;
  h.classic = {{0.5, 2}};
  times.series = {{{{"job", "own"}}, 0, h}};
  RemoteWriteSeries series({{"instance", "host"}, {"job", "netlat"}});
  EXPECT_EQ(
      read(series.next({gauge("z1", 2), times}, kTime)),
      (Told{
          {"__name__=g,instance=host,job=netlat,zone=z1", number(2)},
          {"__name__=t_seconds_bucket,instance=host,job=own,le=0.5", number(2)},
          {"__name__=t_seconds_bucket,instance=host,job=own,le=+Inf",
           number(3)},
          {"__name__=t_seconds_count,instance=host,job=own", number(3)},
          {"__name__=t_seconds_sum,instance=host,job=own", number(1.5)}}));
}

TEST(RemoteWrite, EndsASeriesThatIsGoneOnce) {
  RemoteWriteSeries series({});
  (void)series.next({gauge("z1", 1), gauge("z2", 2)}, kTime);
  EXPECT_EQ(read(series.next({gauge("z2", 3)}, kTime)),
            (Told{{"__name__=g,zone=z1", kStale},
                  {"__name__=g,zone=z2", number(3)}}));
  EXPECT_EQ(read(series.next({gauge("z2", 3)}, kTime)),
            (Told{{"__name__=g,zone=z2", number(3)}}));
  EXPECT_EQ(read(series.next({}, kTime)),
            (Told{{"__name__=g,zone=z2", kStale}}));
  EXPECT_EQ(read(series.next({}, kTime)), Told());
}

}  // namespace
}  // namespace netlat
