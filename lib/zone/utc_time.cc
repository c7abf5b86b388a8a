#include "netlat/zone/utc_time.h"

#include <fmt/format.h>

#include <chrono>

#include "netlat/base/time_scanner.h"

namespace netlat {

using std::chrono::days;

std::optional<Stamp> parse_utc_time(std::string_view text) {
  TimeScanner in(text);
  const std::chrono::year_month_day date = in.day();
  if (!in.accept('t')) in.expect('T');
  Nanos clock = in.hour_and_minute();
  in.expect(':');
  clock += in.second();
  if (!in.accept('Z') && !in.accept('z')) {
    const bool behind = in.accept('-');
    if (!behind) in.expect('+');
    const Nanos ahead = in.hour_and_minute();
    clock -= behind ? -ahead : ahead;
  }
  if (!in.done()) return std::nullopt;
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
