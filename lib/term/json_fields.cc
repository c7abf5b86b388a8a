#include "lib/term/json_fields.h"

#include <limits>

#include "netlat/base/safe_text.h"

namespace netlat {

std::optional<JsonFields> member(const JsonFields& object,
                                 std::string_view key) {
  simdjson::dom::object found;
  if (!object.get(key, found)) return std::nullopt;
  return JsonFields(found);
}

std::uint64_t count(const JsonFields& object, std::string_view key) {
  std::uint64_t value = 0;
  if (!object.get(key, value)) return 0;
  return value;
}

std::uint32_t small_count(const JsonFields& object, std::string_view key) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(count(object, key), kMost));
}

std::optional<std::int64_t> integer(const JsonFields& object,
                                    std::string_view key) {
  std::int64_t value = 0;
  if (!object.get(key, value)) return std::nullopt;
  return value;
}

std::string text(const JsonFields& object, std::string_view key) {
  std::string_view value;
  if (!object.get(key, value)) return {};
  return SafeText(value).str();
}

bool flag(const JsonFields& object, std::string_view key) {
  bool value = false;
  return object.get(key, value) && value;
}

std::optional<Nanos> duration(const JsonFields& object, std::string_view key) {
  const auto value = integer(object, key);
  if (!value) return std::nullopt;
  return Nanos{*value};
}

// Microseconds whose nanoseconds do not fit are no time of any capture.
std::optional<Stamp> time(const JsonFields& object, std::string_view key) {
  constexpr std::int64_t kMost =
      std::numeric_limits<std::int64_t>::max() / 1000;
  const auto value = integer(object, key);
  if (!value || *value > kMost || *value < -kMost) return std::nullopt;
  return stamp_ns(*value * 1000);
}

BriefTimes quantiles(const JsonFields& object, std::string_view key) {
  const auto q = member(object, key);
  const std::uint64_t n = q ? count(*q, "n") : 0;
  if (n == 0) return {};
  const auto at = [&](std::string_view name) {
    return duration(*q, name).value_or(Nanos{0});
  };
  return BriefTimes::of({n, at("min_ns"), at("p50_ns"), at("p90_ns"),
                         at("p95_ns"), at("p99_ns"), at("max_ns")});
}

}  // namespace netlat
