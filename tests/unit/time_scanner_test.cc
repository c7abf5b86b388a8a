#include "netlat/base/time_scanner.h"

#include <gtest/gtest.h>

namespace netlat {
namespace {

using namespace std::chrono_literals;

TEST(TimeScanner, TakesWhatItNames) {
  TimeScanner in("+2024-02-29 23:59:60.1234567891x");
  EXPECT_FALSE(in.accept('-'));
  EXPECT_TRUE(in.accept('+'));
  using namespace std::chrono;
  EXPECT_EQ(in.day(), 2024y / February / 29d);
  in.expect(' ');
  EXPECT_EQ(in.hour_and_minute(), 23h + 59min);
  in.expect(':');
  EXPECT_EQ(in.second(), 60s + 123'456'789ns) << "digits beyond are dropped";
  EXPECT_TRUE(in.ok());
  EXPECT_FALSE(in.done()) << "x is left";
  in.expect('x');
  EXPECT_TRUE(in.done());
}

TEST(TimeScanner, RefusesAndStaysSo) {
  struct Row {
    const char* name;
    const char* text;
    void (*read)(TimeScanner&);
  };
  const auto day = [](TimeScanner& in) { (void)in.day(); };
  const auto clock = [](TimeScanner& in) { (void)in.hour_and_minute(); };
  const auto second = [](TimeScanner& in) { (void)in.second(); };
  const auto count = [](TimeScanner& in) { (void)in.count(10); };
  const Row rows[] = {
      {"no leap year", "2023-02-29", day},
      {"month 13", "2023-13-01", day},
      {"before stamps", "1677-12-31", day},
      {"one digit", "2023-1-01", day},
      {"a sign", "-023-01-01", day},
      {"hour 24", "24:00", clock},
      {"minute 60", "23:60", clock},
      {"cut off", "23:", clock},
      {"second 61", "61", second},
      {"a point alone", "10.", second},
      {"a letter after the point", "10.x", second},
      {"nothing", "", count},
      {"negative", "-1", count},
      {"too many", "11", count},
      {"beyond 64 bits", "99999999999999999999", count},
  };
  for (const Row& row : rows) {
    TimeScanner in(row.text);
    row.read(in);
    EXPECT_FALSE(in.ok()) << row.name;
    in.require(true);
    EXPECT_FALSE(in.done()) << row.name;
  }
}

}  // namespace
}  // namespace netlat
