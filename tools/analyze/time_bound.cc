#include "tools/analyze/time_bound.h"

#include <fmt/format.h>

#include <ctime>
#include <optional>

#include "netlat/base/time_scanner.h"

namespace netlat {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

// YYYY-MM-DD as fields.
std::tm calendar_day(TimeScanner& in) {
  const std::chrono::year_month_day date = in.day();
  std::tm fields{};
  fields.tm_year = static_cast<int>(date.year()) - 1900;
  fields.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  fields.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
  return fields;
}

// HH:MM[:SS[.frac]]
Nanos time_of_day(TimeScanner& in) {
  Nanos value = in.hour_and_minute();
  if (in.accept(':')) value += in.second();
  return value;
}

// Z, +HH:MM or -HH:MM: what local time is ahead of UTC; nullopt if absent.
std::optional<Nanos> zone(TimeScanner& in) {
  if (in.accept('Z')) return Nanos{0};
  const bool behind = in.next_is('-');
  if (!in.accept('+') && !in.accept('-')) return std::nullopt;
  const Nanos value = in.hour_and_minute();
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
  TimeScanner in(text);
  if (in.accept('+')) {
    bound.kind_ = Kind::offset;
    constexpr std::int64_t kCentury = 3'155'760'000;
    bound.value_ = seconds(in.count(kCentury));
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
