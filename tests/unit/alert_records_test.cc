// Records of alerts and of what could not be handed over.

#include <gtest/gtest.h>

#include "netlat/report/alert_json.h"
#include "netlat/report/lost_json.h"
#include "netlat/report/recording_json.h"
#include "tests/support/kept_records.h"

namespace netlat {
namespace {

TEST(Records, OfAlertsBeginAndEnd) {
  auto objective = parse_objective("service:10.0.0.7:5432 p99 < 5ms over 10s");
  ASSERT_TRUE(objective);
  ObjectiveWatch watch(*objective);
  JsonWriter json;
  std::string lines;
  int changes = 0;
  for (int second = 0; second < 40; ++second) {
    Interval interval;
    interval.start = stamp_ns(std::int64_t{second} * 1'000'000'000);
    interval.end = interval.start + std::chrono::seconds(1);
    IntervalStats& row = interval.services.emplace_back();
    const std::uint8_t host[4] = {10, 0, 0, 7};
    row.key = {IpAddress::v4(host), 5432, Transport::tcp};
    const bool slow = second >= 15 && second < 20;
    for (int i = 0; i < 500; ++i) {
      row.service.add(std::chrono::milliseconds(slow ? 9 : 1));
    }
    if (!watch.advance(interval, nullptr, false)) continue;
    lines += alert_line(json, watch, interval.end);
    ++changes;
  }
  EXPECT_EQ(changes, 2);
  lines += lost_line(json, {"socket", 12});
  lines +=
      recording_line(json, {"/var/tmp/flight-20261123T120031Z.pcapng", {}});
  lines += recording_line(json, {{}, "there is no flight recorder"});
  test::keep_for_check("alerts.ndjson", lines);
  EXPECT_NE(lines.find("\"records\":12"), std::string::npos) << lines;
  EXPECT_NE(lines.find("31Z.pcapng\",\"problem\":null}"), std::string::npos);
  EXPECT_NE(lines.find("\"file\":null,\"problem\":\"there is no flight"),
            std::string::npos);
}

}  // namespace
}  // namespace netlat
