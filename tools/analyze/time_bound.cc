#include "tools/analyze/time_bound.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <optional>

namespace netlat {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads a text from the front; once something is not as expected, ok() stays
// false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }
  bool next_is(char c) const { return !rest_.empty() && rest_[0] == c; }
  bool accept(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void require(bool condition) { ok_ = ok_ && condition; }
  void expect(char c) { require(accept(c)); }

  // Exactly `digits` decimal digits, at most `most`.
  int number(std::size_t digits, int most) {
    const std::string_view head = rest_.substr(0, digits);
    int value = 0;
    const auto [end, error] =
        std::from_chars(head.data(), head.data() + head.size(), value);
    const bool plain = head.size() == digits && head[0] != '-';
    if (!plain || error != std::errc() || end != head.data() + digits ||
        value > most) {
      ok_ = false;
      return 0;
    }
    rest_.remove_prefix(digits);
    return value;
  }
  // ".25", nine digits at most; nothing is zero.
  Nanos fraction() {
    if (!accept('.')) return Nanos{0};
    std::int64_t value = 0, unit = 1'000'000'000;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9' && unit > 1) {
      value = value * 10 + (rest_[0] - '0');
      unit /= 10;
      rest_.remove_prefix(1);
    }
    ok_ = ok_ && unit < 1'000'000'000;
    return Nanos{value * unit};
  }
  // Whole seconds of any length up to a century.
  std::int64_t seconds_count() {
    constexpr std::int64_t kCentury = 3'155'760'000;
    std::int64_t value = -1;
    const auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    ok_ = ok_ && error == std::errc() && value >= 0 && value <= kCentury;
    if (ok_) {
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    }
    return value;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// YYYY-MM-DD, a day that exists; the earliest and latest years are those that
// nanoseconds since 1970 reach in full.
std::tm calendar_day(Scanner& in) {
  const int year = in.number(4, 2261);
  in.expect('-');
  const int month = in.number(2, 12);
  in.expect('-');
  const int day = in.number(2, 31);
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  in.require(date.ok() && year >= 1678);
  std::tm fields{};
  fields.tm_year = year - 1900;
  fields.tm_mon = month - 1;
  fields.tm_mday = day;
  return fields;
}

// HH:MM[:SS[.frac]]
Nanos time_of_day(Scanner& in) {
  Nanos value = hours(in.number(2, 23));
  in.expect(':');
  value += minutes(in.number(2, 59));
  if (in.accept(':')) {
    value += seconds(in.number(2, 60));
    value += in.fraction();
  }
  return value;
}

// Z, +HH:MM or -HH:MM: what local time is ahead of UTC; nullopt if absent.
std::optional<Nanos> zone(Scanner& in) {
  if (in.accept('Z')) return Nanos{0};
  const bool behind = in.next_is('-');
  if (!in.accept('+') && !in.accept('-')) return std::nullopt;
  Nanos value = hours(in.number(2, 14));
  in.expect(':');
  value += minutes(in.number(2, 59));
  return behind ? -value : value;
}

// Seconds after midnight as fields of the day in `t`, in the local zone.
std::time_t local_moment(std::tm t, std::int64_t second_of_day) {
  t.tm_hour = static_cast<int>(second_of_day / 3600);
  t.tm_min = static_cast<int>(second_of_day / 60 % 60);
  t.tm_sec = static_cast<int>(second_of_day % 60);
  t.tm_isdst = -1;
  return std::mktime(&t);
}

std::time_t utc_midnight(std::tm day) {
  return timegm(&day);
}

Nanos since_epoch(std::time_t moment) {
  return seconds(moment);
}

}  // namespace

Result<TimeBound> TimeBound::parse(std::string_view text) {
  TimeBound bound;
  bound.text_ = text;
  Scanner in(text);
  if (in.accept('+')) {
    bound.kind_ = Kind::offset;
    bound.value_ = seconds(in.seconds_count());
    bound.value_ += in.fraction();
  } else if (text.size() > 4 && text[4] == '-') {
    bound.kind_ = Kind::absolute;
    const std::tm day = calendar_day(in);
    if (!in.accept(' ')) in.expect('T');
    const Nanos clock = time_of_day(in);
    const auto whole = std::chrono::floor<seconds>(clock);
    if (const auto ahead = zone(in)) {
      bound.value_ = since_epoch(utc_midnight(day)) + clock - *ahead;
    } else {
      bound.value_ =
          since_epoch(local_moment(day, whole.count())) + (clock - whole);
    }
  } else {
    bound.kind_ = Kind::time_of_day;
    bound.value_ = time_of_day(in);
  }
  if (in.done()) return bound;
  return Error{fmt::format("{} is no time; write 12:00:03.25, "
                           "2024-03-01T12:00:03Z or +3.5 (seconds after the "
                           "first packet)",
                           text),
               ErrorKind::usage};
}

Stamp TimeBound::resolve(Stamp first) const {
  if (kind_ == Kind::offset) return first + value_;
  if (kind_ == Kind::absolute) return Stamp{value_};
  const auto first_second = static_cast<std::time_t>(
      std::chrono::floor<seconds>(first.time_since_epoch()).count());
  std::tm day{};
  localtime_r(&first_second, &day);
  const auto whole = std::chrono::floor<seconds>(value_);
  const auto on_day = [&](const std::tm& t) {
    return Stamp{since_epoch(local_moment(t, whole.count())) +
                 (value_ - whole)};
  };
  const Stamp same = on_day(day);
  if (same + hours(12) >= first) return same;
  ++day.tm_mday;  // mktime carries it into the next month
  return on_day(day);
}

}  // namespace netlat
