#include "netlat/report/number_text.h"

#include <gtest/gtest.h>

#include <ctime>

namespace netlat {
namespace {

TEST(NumberText, Milliseconds) {
  struct Row {
    std::int64_t ns;
    const char* text;
  };
  constexpr Row kRows[] = {
      {0, "0"},
      {1, "<0.001"},
      {499, "<0.001"},
      {500, "0.001"},
      {499'999, "0.500"},
      {910'000, "0.910"},
      {999'499, "0.999"},
      {999'500, "1.00"},
      {1'004'999, "1.00"},
      {9'994'999, "9.99"},
      {9'995'000, "10.0"},
      {41'249'999, "41.2"},
      {99'950'000, "100"},
      {999'499'999, "999"},
      {999'500'000, "1,000"},
      {3'600'000'000'000, "3,600,000"},
      {-1'200'000, "-1.20"},
      {INT64_MAX, "9,223,372,036,855"},
      {INT64_MIN, "-9,223,372,036,855"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(ms_text(Nanos(row.ns)), row.text) << row.ns;
  }
}

TEST(NumberText, UnitsThatSuit) {
  EXPECT_EQ(duration_text(Nanos(0)), "0 s");
  EXPECT_EQ(duration_text(Nanos(850)), "850 ns");
  EXPECT_EQ(duration_text(Nanos(999'600)), "1.00 ms");
  EXPECT_EQ(duration_text(Nanos(31'000)), "31.0 us");
  EXPECT_EQ(duration_text(Nanos(412'000'000)), "412 ms");
  EXPECT_EQ(duration_text(Nanos(2'200'000'000)), "2.20 s");
  EXPECT_EQ(duration_text(Nanos(-3'600'000'000'000)), "-3,600 s");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(318'400'200), "318 MB");
  EXPECT_EQ(bytes_text(999'600), "1.00 MB");
  EXPECT_EQ(bytes_text(UINT64_MAX), "18,446,744 TB");
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(412'883), "412,883");
  EXPECT_EQ(percent_text(0, 0), "-");
  EXPECT_EQ(percent_text(0, 7), "0.00 %");
  EXPECT_EQ(percent_text(1, 1'000'000), "<0.01 %");
  EXPECT_EQ(percent_text(1, 3), "33.3 %");
  EXPECT_EQ(percent_text(1, 1), "100.0 %");
}

TEST(NumberText, TimesBeforeAndAfterTheEpoch) {
  setenv("TZ", "UTC", 1);
  tzset();
  const Stamp t = stamp_ns(1'709'294'403'412'345'678);
  EXPECT_EQ(date_text(t), "2024-03-01");
  EXPECT_EQ(time_text(t), "12:00:03.4");
  EXPECT_EQ(zone_text(t), "UTC");
  EXPECT_EQ(time_text(stamp_ns(-100'000'000)), "23:59:59.9");
  EXPECT_EQ(date_text(stamp_ns(INT64_MIN)), "1677-09-21");
}

}  // namespace
}  // namespace netlat
