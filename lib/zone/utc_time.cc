#include "netlat/zone/utc_time.h"

#include <fmt/format.h>

#include <chrono>

namespace netlat {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Takes what it expects from the front; once wrong, stays wrong.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return ok_ && rest_.empty(); }
  bool accept(char c) {
    if (!ok_ || rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = accept(c) && ok_; }
  int number(std::size_t digits, int most) {
    int value = 0;
    ok_ = ok_ && rest_.size() >= digits;
    for (std::size_t i = 0; ok_ && i < digits; ++i) value = digit(value);
    ok_ = ok_ && value <= most;
    return value;
  }
  // Digits after the point; those beyond nanoseconds are dropped.
  Nanos fraction() {
    std::int64_t unit = 1'000'000'000, value = 0;
    ok_ = ok_ && !rest_.empty() && is_digit(rest_[0]);
    while (ok_ && !rest_.empty() && is_digit(rest_[0])) {
      unit /= 10;
      value += unit * digit(0);
    }
    return Nanos{value};
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  int digit(int before) {
    ok_ = ok_ && is_digit(rest_[0]);
    const int value = before * 10 + (rest_[0] - '0');
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::optional<Stamp> parse_utc_time(std::string_view text) {
  Scanner in(text);
  const int year = in.number(4, 2261);
  in.expect('-');
  const int month = in.number(2, 12);
  in.expect('-');
  const int day = in.number(2, 31);
  if (!in.accept('t')) in.expect('T');
  Nanos clock = hours(in.number(2, 23));
  in.expect(':');
  clock += minutes(in.number(2, 59));
  in.expect(':');
  clock += seconds(in.number(2, 60));
  if (in.accept('.')) clock += in.fraction();
  if (!in.accept('Z') && !in.accept('z')) {
    const bool behind = in.accept('-');
    if (!behind) in.expect('+');
    Nanos ahead = hours(in.number(2, 23));
    in.expect(':');
    ahead += minutes(in.number(2, 59));
    clock -= behind ? -ahead : ahead;
  }
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!in.done() || !date.ok() || year < 1678) return std::nullopt;
  return Stamp{Nanos{std::chrono::sys_days(date).time_since_epoch()} + clock};
}

std::string utc_time_text(Stamp time) {
  const std::int64_t us = to_us(time);
  const auto since = std::chrono::microseconds(us);
  const auto day = std::chrono::floor<days>(since);
  const std::chrono::year_month_day date{std::chrono::sys_days(day)};
  const std::chrono::hh_mm_ss clock{since - day};
  std::string text = fmt::format(
      "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  const auto fraction = clock.subseconds().count();
  if (fraction != 0) text += fmt::format(".{:06}", fraction);
  return text + "Z";
}

}  // namespace netlat
