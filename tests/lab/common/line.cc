#include "tests/lab/common/line.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace lab::load {
namespace {

constexpr std::string_view kBlank = " \t\r";

bool parse_addresses(std::string_view text, std::vector<Address>& out) {
  out.clear();
  for (;;) {
    const size_t comma = text.find(',');
    const auto address = Address::parse(text.substr(0, comma));
    if (!address) return false;
    out.push_back(*address);
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

constexpr std::string_view kAddressForm =
    "ADDRESS:PORT or [ADDRESS]:PORT, several with commas";
constexpr std::string_view kDurationForm = "a duration such as 250us or 1.5s";

}  // namespace

Line::Line(std::string_view text) {
  text = text.substr(0, text.find('#'));
  for (;;) {
    const size_t begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) return;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(kBlank));
    text.remove_prefix(word.size());
    const size_t equals = word.find('=');
    if (verb_.empty())
      verb_ = word;
    else if (equals == std::string_view::npos)
      words_.push_back({"", std::string(word)});
    else
      words_.push_back({std::string(word.substr(0, equals)),
                        std::string(word.substr(equals + 1))});
  }
}

std::string Line::word(std::string_view what) {
  const auto found =
      std::find_if(words_.begin(), words_.end(),
                   [](const Word& word) { return word.key.empty(); });
  if (found == words_.end()) {
    fail(fmt::format("{}: {} is missing", verb_, what));
    return "";
  }
  std::string value = std::move(found->value);
  words_.erase(found);
  return value;
}

bool Line::flag(std::string_view word) {
  return std::erase_if(words_, [&](const Word& each) {
           return each.key.empty() && each.value == word;
         }) != 0;
}

bool Line::text(std::string_view key, std::string& out) {
  return take(key, out);
}

bool Line::on_off(std::string_view key, bool& out) {
  std::string value;
  if (!take(key, value)) return false;
  if (value != "on" && value != "off") return wrong(key, value, "on or off");
  out = value == "on";
  return true;
}

bool Line::integer(std::string_view key, int64_t& out, int64_t least) {
  std::string value;
  if (!take(key, value)) return false;
  const auto number = parse_integer(value);
  if (!number || *number < least)
    return wrong(key, value, fmt::format("an integer of at least {}", least));
  out = *number;
  return true;
}

bool Line::size(std::string_view key, int64_t& out, int64_t least) {
  std::string value;
  if (!take(key, value)) return false;
  const auto octets = parse_size(value);
  constexpr int64_t kMost = 4'000'000'000;
  if (!octets || *octets < least || *octets > kMost)
    return wrong(
        key, value,
        fmt::format("a size of at least {} octets, such as 64kB", least));
  out = *octets;
  return true;
}

bool Line::share(std::string_view key, double& out) {
  std::string value;
  if (!take(key, value)) return false;
  const auto share = parse_share(value);
  if (!share) return wrong(key, value, "a share such as 2.5%");
  out = *share;
  return true;
}

bool Line::positive(std::string_view key, double& out) {
  std::string value;
  if (!take(key, value)) return false;
  double number = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || rest != end || !(number > 0) || number > 1e6)
    return wrong(key, value, "a positive number");
  out = number;
  return true;
}

bool Line::duration(std::string_view key, int64_t& out_ns) {
  std::string value;
  if (!take(key, value)) return false;
  const auto ns = parse_duration_ns(value);
  if (!ns) return wrong(key, value, kDurationForm);
  out_ns = *ns;
  return true;
}

bool Line::distribution(std::string_view key, Duration& out) {
  std::string value;
  if (!take(key, value)) return false;
  const auto duration = Duration::parse(value);
  if (!duration)
    return wrong(key, value, "a duration such as 30ms or normal:30ms:5ms");
  out = *duration;
  return true;
}

bool Line::addresses(std::string_view key, std::vector<Address>& out) {
  std::string value;
  if (!take(key, value)) return false;
  if (!parse_addresses(value, out)) return wrong(key, value, kAddressForm);
  return true;
}

std::vector<Address> Line::address_list(std::string_view what) {
  const std::string value = word(what);
  std::vector<Address> out;
  if (good() && !parse_addresses(value, out)) wrong(what, value, kAddressForm);
  return out;
}

int64_t Line::count(std::string_view what) {
  const std::string value = word(what);
  const auto number = parse_integer(value);
  if (number && *number > 0) return *number;
  if (good()) wrong(what, value, "a positive integer");
  return 1;
}

void Line::fail(std::string fault) {
  if (fault_.empty()) fault_ = std::move(fault);
}

void Line::finish() {
  if (words_.empty()) return;
  const Word& left = words_.front();
  fail(left.key.empty()
           ? fmt::format("{}: unexpected word '{}'", verb_, left.value)
           : fmt::format("{}: no key '{}' here", verb_, left.key));
}

bool Line::take(std::string_view key, std::string& value) {
  const auto found = std::find_if(words_.begin(), words_.end(),
                                  [&](const Word& w) { return w.key == key; });
  if (found == words_.end()) return false;
  value = std::move(found->value);
  words_.erase(found);
  return true;
}

bool Line::wrong(std::string_view key, std::string_view value,
                 std::string_view expected) {
  fail(fmt::format("{}: {} is '{}', expected {}", verb_, key, value, expected));
  return false;
}

}  // namespace lab::load
