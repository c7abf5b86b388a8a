#include "netlat/base/time_scanner.h"

#include <charconv>

namespace netlat {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool TimeScanner::accept(char c) {
  if (!next_is(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

int TimeScanner::number(std::size_t digits, int most) {
  int value = 0;
  require(rest_.size() >= digits);
  for (std::size_t i = 0; ok_ && i < digits; ++i) {
    require(is_digit(rest_[i]));
    value = value * 10 + (rest_[i] - '0');
  }
  require(value <= most);
  if (ok_) rest_.remove_prefix(digits);
  return value;
}

std::int64_t TimeScanner::count(std::int64_t most) {
  std::int64_t value = 0;
  const char* const end = rest_.data() + rest_.size();
  const auto [at, error] = std::from_chars(rest_.data(), end, value);
  require(error == std::errc() && value >= 0 && value <= most &&
          is_digit(rest_[0]));
  if (ok_) rest_.remove_prefix(static_cast<std::size_t>(at - rest_.data()));
  return value;
}

Nanos TimeScanner::fraction() {
  if (!accept('.')) return Nanos{0};
  require(!rest_.empty() && is_digit(rest_[0]));
  std::int64_t unit = 1'000'000'000, value = 0;
  while (ok_ && !rest_.empty() && is_digit(rest_[0])) {
    unit /= 10;
    value += unit * (rest_[0] - '0');
    rest_.remove_prefix(1);
  }
  return Nanos{value};
}

std::chrono::year_month_day TimeScanner::day() {
  const int year = number(4, 2261);
  expect('-');
  const int month = number(2, 12);
  expect('-');
  const int day = number(2, 31);
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  require(date.ok() && year >= 1678);
  return date;
}

Nanos TimeScanner::hour_and_minute() {
  const int hour = number(2, 23);
  expect(':');
  return hours(hour) + minutes(number(2, 59));
}

Nanos TimeScanner::second() {
  const int second = number(2, 60);
  return seconds(second) + fraction();
}

}  // namespace netlat
