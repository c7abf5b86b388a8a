#include "netlat/report/number_text.h"

#include <fmt/format.h>

#include <ctime>

#include "netlat/base/safe_text.h"

namespace netlat {

namespace {

// `value` / `unit` with three significant digits, at most three decimals.
// Integers throughout, so the same on every machine.  Requires: `unit` is a
// power of ten from 1,000 on.
std::string three_digits(std::uint64_t value, std::uint64_t unit) {
  std::uint64_t scale = 1000;  // decimals kept: three, two, one, none
  int decimals = 3;
  std::uint64_t scaled = 0;
  while (true) {
    const std::uint64_t step = unit / scale;
    scaled = value / step + (value % step * 2 >= step && step > 1 ? 1 : 0);
    // Below one, three decimals are at most three digits; from one on a
    // fourth digit means one decimal too many.
    if (scaled < 1000 || decimals == 0) break;
    scale /= 10;
    --decimals;
  }
  if (decimals == 0) return count_text(scaled);
  return fmt::format("{}.{:0{}}", scaled / scale, scaled % scale, decimals);
}

struct Unit {
  std::uint64_t size;
  const char* name;
};

// The largest unit of which `value`, rounded to three digits, has one.
template <std::size_t N>
const Unit& unit_for(std::uint64_t value, const Unit (&units)[N]) {
  for (std::size_t i = N - 1; i > 0; --i) {
    const std::uint64_t rounding = units[i].size / 2000;
    if (value >= units[i].size - rounding) return units[i];
  }
  return units[0];
}

std::tm local(Stamp time) {
  const auto seconds = static_cast<std::time_t>(
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch())
          .count());
  std::tm fields{};
  localtime_r(&seconds, &fields);
  return fields;
}

std::uint64_t magnitude(Nanos duration) {
  const auto n = static_cast<std::uint64_t>(duration.count());
  return duration.count() < 0 ? 0 - n : n;
}

}  // namespace

std::string count_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string plural(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count_text(count), what, count == 1 ? "" : "s");
}

std::string ms_text(Nanos duration) {
  constexpr std::uint64_t kMs = 1'000'000;
  const std::uint64_t n = magnitude(duration);
  if (n == 0) return "0";
  if (n < kMs / 1000 / 2) return duration.count() < 0 ? ">-0.001" : "<0.001";
  return (duration.count() < 0 ? "-" : "") + three_digits(n, kMs);
}

std::string duration_text(Nanos duration) {
  static constexpr Unit kUnits[] = {
      {1, "ns"}, {1'000, "us"}, {1'000'000, "ms"}, {1'000'000'000, "s"}};
  const std::uint64_t n = magnitude(duration);
  if (n == 0) return "0 s";
  const Unit& unit = unit_for(n, kUnits);
  const std::string digits =
      unit.size == 1 ? count_text(n) : three_digits(n, unit.size);
  return fmt::format("{}{} {}", duration.count() < 0 ? "-" : "", digits,
                     unit.name);
}

std::string bytes_text(std::uint64_t octets) {
  static constexpr Unit kUnits[] = {{1, "B"},
                                    {1'000, "kB"},
                                    {1'000'000, "MB"},
                                    {1'000'000'000, "GB"},
                                    {1'000'000'000'000, "TB"}};
  const Unit& unit = unit_for(octets, kUnits);
  if (unit.size == 1) return count_text(octets) + " B";
  return three_digits(octets, unit.size) + ' ' + unit.name;
}

std::string percent_text(std::uint64_t part, std::uint64_t of) {
  if (of == 0) return "-";
  const double percent =
      100.0 * static_cast<double>(part) / static_cast<double>(of);
  if (part > 0 && percent < 0.005) return "<0.01 %";
  return fmt::format("{:.{}f} %", percent, percent < 9.995 ? 2 : 1);
}

std::string time_text(Stamp time) {
  const std::tm t = local(time);
  const auto since = time.time_since_epoch();
  const auto tenth =
      (since - std::chrono::floor<std::chrono::seconds>(since)).count() /
      100'000'000;
  return fmt::format("{:02}:{:02}:{:02}.{}", t.tm_hour, t.tm_min, t.tm_sec,
                     tenth);
}

std::string date_text(Stamp time) {
  const std::tm t = local(time);
  return fmt::format("{:04}-{:02}-{:02}", t.tm_year + 1900, t.tm_mon + 1,
                     t.tm_mday);
}

std::string zone_text(Stamp time) {
  const std::tm t = local(time);
  return SafeText(t.tm_zone != nullptr ? t.tm_zone : "").str();
}

}  // namespace netlat
