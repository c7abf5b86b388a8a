#include "lib/measure/where_value.h"

#include <charconv>
#include <optional>
#include <span>

namespace netlat::where {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
template <class T>
std::optional<T> whole_number(std::string_view text) {
  T value{};
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end) return std::nullopt;
  return value;
}

std::optional<Endpoint> endpoint(std::string_view text) {
  if (const auto prefix = Prefix::parse(text)) return Endpoint{*prefix, {}};
  Endpoint out;
  const bool bracketed = text.starts_with('[');
  const auto close = bracketed ? text.find(']') : text.find(':');
  if (close == text.npos) return std::nullopt;
  const auto host =
      bracketed ? text.substr(1, close - 1) : text.substr(0, close);
  const auto address = IpAddress::parse(host);
  if (!address) return std::nullopt;
  out.prefix = {*address, 128};
  auto rest = text.substr(bracketed ? close + 1 : close);
  if (rest.empty()) return out;
  if (!rest.starts_with(':')) return std::nullopt;
  out.port = whole_number<Port>(rest.substr(1));
  if (!out.port) return std::nullopt;
  return out;
}

struct UnitName {
  std::string_view name;
  double factor;
};
constexpr UnitName kDurations[] = {
    {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
constexpr UnitName kCounts[] = {{"", 1}, {"k", 1e3}, {"m", 1e6}, {"g", 1e9}};

template <class T>
Piece take_whole(std::string_view text, std::vector<T>& into) {
  const auto value = whole_number<T>(text);
  if (!value) return Piece::bad;
  into.push_back(*value);
  return Piece::good;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Piece take_endpoint(std::string_view text, std::vector<Endpoint>& into) {
  if (const auto e = endpoint(text)) {
    into.push_back(*e);
    return Piece::good;
  }
  constexpr std::string_view kAddressCharacters = "0123456789abcdefABCDEF.:[]/";
  const bool plausible =
      text.find_first_not_of(kAddressCharacters) == text.npos &&
      text.find('/') >= text.size() - 1;
  return plausible ? Piece::begun : Piece::bad;
}

Piece take_choice(std::string_view text, const Choice& choice,
                  std::vector<std::size_t>& into) {
  const auto word = lower(text);
  bool begun = false;
  for (std::size_t i = 0; i < choice.words.size(); ++i) {
    if (choice.words[i] == word) {
      into.push_back(i);
      return Piece::good;
    }
    begun = begun || choice.words[i].starts_with(word);
  }
  return begun ? Piece::begun : Piece::bad;
}

Piece take_zone(std::string_view text, std::vector<ZonePattern>& into) {
  const auto arrow = text.find('>');
  if (arrow == text.npos) {
    into.push_back({std::string(text), {}, false});
  } else {
    into.push_back({std::string(text.substr(0, arrow)),
                    std::string(text.substr(arrow + 1)), true});
  }
  return Piece::good;
}

Piece take_number(std::string_view text, std::vector<Port>& into) {
  return take_whole(text, into);
}
Piece take_number(std::string_view text, std::vector<std::uint64_t>& into) {
  return take_whole(text, into);
}

Piece take_quantity(std::string_view text, CompareTest& into) {
  if (text.empty()) return Piece::begun;
  if (!is_digit(text.front())) return Piece::bad;
  const auto* end = text.data() + text.size();
  double number = 0;
  const auto [at, error] =
      std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{}) return Piece::bad;
  const auto unit =
      lower(text.substr(static_cast<std::size_t>(at - text.data())));
  if (into.metric.unit() == Unit::count_or_share && unit == "%") {
    into.share = true;
    into.value = number / 100;
    return Piece::good;
  }
  const bool duration = into.metric.unit() == Unit::duration;
  const auto units = duration ? std::span<const UnitName>(kDurations)
                              : std::span<const UnitName>(kCounts);
  bool begun = false;
  for (const auto& u : units) {
    // Nothing of any unit is nothing.
    if (u.name == unit || (unit.empty() && number == 0)) {
      into.value = number * u.factor;
      return Piece::good;
    }
    begun = begun || u.name.starts_with(unit);
  }
  return begun ? Piece::begun : Piece::bad;
}

}  // namespace netlat::where
