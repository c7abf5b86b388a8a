#include "tests/lab/common/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lab {
namespace {

constexpr double kNsPerSecond = 1e9;

int64_t clock_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

struct Unit {
  std::string_view name;
  double scale;
};

// "1.5s" is 1.5 and "s": a number, and the unit that follows it at once.
std::optional<double> scaled(std::string_view text,
                             std::span<const Unit> units) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number < 0 || !std::isfinite(number))
    return std::nullopt;
  const std::string_view unit(rest, static_cast<size_t>(end - rest));
  for (const Unit& known : units)
    if (known.name == unit) return number * known.scale;
  return std::nullopt;
}

std::optional<int64_t> whole(std::optional<double> value) {
  constexpr double kLimit = 9e18;
  if (!value || *value > kLimit) return std::nullopt;
  return static_cast<int64_t>(std::llround(*value));
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t colon = text.find(':');
    parts.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

std::optional<double> duration(std::string_view text) {
  static constexpr std::array<Unit, 4> kUnits{
      {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", kNsPerSecond}}};
  if (text == "0") return 0.0;
  return scaled(text, kUnits);
}

}  // namespace

int64_t realtime_ns() {
  return clock_ns(CLOCK_REALTIME);
}
int64_t monotonic_ns() {
  return clock_ns(CLOCK_MONOTONIC);
}

std::optional<int64_t> parse_duration_ns(std::string_view text) {
  return whole(duration(text));
}

std::optional<int64_t> parse_size(std::string_view text) {
  static constexpr std::array<Unit, 4> kUnits{
      {{"", 1}, {"B", 1}, {"kB", 1e3}, {"MB", 1e6}}};
  return whole(scaled(text, kUnits));
}

std::optional<int64_t> parse_rate_bps(std::string_view text) {
  static constexpr std::array<Unit, 3> kUnits{
      {{"kbit", 1e3}, {"Mbit", 1e6}, {"Gbit", 1e9}}};
  return whole(scaled(text, kUnits));
}

std::optional<double> parse_share(std::string_view text) {
  static constexpr std::array<Unit, 1> kUnits{{{"%", 0.01}}};
  const auto share = scaled(text, kUnits);
  if (!share || *share > 1) return std::nullopt;
  return share;
}

std::optional<int64_t> parse_integer(std::string_view text) {
  int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::optional<Duration> Duration::parse(std::string_view text) {
  const auto parts = split(text);
  Duration out;
  if (parts.size() == 1) {
    const auto value = duration(parts[0]);
    if (!value) return std::nullopt;
    out.first_ = *value;
    return out;
  }
  static constexpr std::array<std::pair<std::string_view, Kind>, 4> kKinds{
      {{"uniform", Kind::kUniform},
       {"normal", Kind::kNormal},
       {"exp", Kind::kExponential},
       {"pareto", Kind::kPareto}}};
  const auto known =
      std::find_if(kKinds.begin(), kKinds.end(),
                   [&](const auto& kind) { return kind.first == parts[0]; });
  if (known == kKinds.end()) return std::nullopt;
  out.kind_ = known->second;
  const bool two = out.kind_ != Kind::kExponential;
  if (parts.size() != (two ? 3U : 2U)) return std::nullopt;
  const auto first = duration(parts[1]);
  if (!first) return std::nullopt;
  out.first_ = *first;
  if (!two) return out;
  static constexpr std::array<Unit, 1> kPlain{{{"", 1}}};
  const auto second = out.kind_ == Kind::kPareto ? scaled(parts[2], kPlain)
                                                 : duration(parts[2]);
  if (!second || (out.kind_ == Kind::kPareto && *second <= 0) ||
      (out.kind_ == Kind::kUniform && *second < *first))
    return std::nullopt;
  out.second_ = *second;
  return out;
}

int64_t Duration::sample_ns(std::mt19937_64& random) const {
  std::uniform_real_distribution<double> unit(0, 1);
  double value = first_;
  switch (kind_) {
    case Kind::kConstant:
      break;
    case Kind::kUniform:
      value += (second_ - first_) * unit(random);
      break;
    case Kind::kNormal:
      value = std::normal_distribution<double>(first_, second_)(random);
      break;
    case Kind::kExponential:
      value = -first_ * std::log1p(-unit(random));
      break;
    case Kind::kPareto:
      value = first_ * std::pow(1 - unit(random), -1 / second_);
      break;
  }
  return static_cast<int64_t>(std::max(0.0, value));
}

}  // namespace lab
