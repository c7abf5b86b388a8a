// Reading an objective.  One pass over words; the first problem ends it, and
// its column is where the word that cannot be right begins.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

#include "netlat/base/parse_count.h"
#include "netlat/base/safe_text.h"
#include "netlat/measure/objective.h"

namespace netlat {

namespace {

constexpr std::array<std::string_view, 7> kQuantities = {
    "service", "network",     "turns",   "handshake",
    "loss",    "retransmits", "failures"};

struct UnitName {
  std::string_view name;
  double nanoseconds;
};
constexpr UnitName kTimes[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
constexpr UnitName kWindows[] = {{"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};

struct Word {
  std::string_view text;
  std::size_t at = 0;  // octets before it
};

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

// Words are parted by blanks and by the sign.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) { advance(); }

  const Word& now() const { return word_; }
  bool at_end() const { return word_.text.empty(); }
  Word take() {
    const Word taken = word_;
    advance();
    return taken;
  }

 private:
  // The arrow between zones is no sign.
  bool sign(std::size_t at) const {
    return text_[at] == '<' || text_[at] == '=' ||
           (text_[at] == '>' && (at == 0 || text_[at - 1] != '-'));
  }
  void advance() {
    while (next_ < text_.size() && is_space(text_[next_])) ++next_;
    const std::size_t begin = next_;
    const bool a_sign = begin < text_.size() && sign(begin);
    while (next_ < text_.size() && !is_space(text_[next_]) &&
           sign(next_) == a_sign) {
      ++next_;
    }
    word_ = {text_.substr(begin, next_ - begin), begin};
  }

  std::string_view text_;
  std::size_t next_ = 0;
  Word word_;
};

// A number with a unit; nothing if it is neither.
std::optional<double> quantity(std::string_view text,
                               std::span<const UnitName> units) {
  const char* end = text.data() + text.size();
  double number = 0;
  const auto [at, error] =
      std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  const std::string_view unit(at, static_cast<std::size_t>(end - at));
  for (const UnitName& u : units) {
    if (u.name == unit) return number * u.nanoseconds;
  }
  return std::nullopt;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), words_(text) {
    objective_.text = text;
  }

  Result<Objective> read() {
    if (!scope() || !measured() || !limit() || !options()) {
      return Error{fmt::format("objective '{}': column {}: expected {}",
                               SafeText(text_).str(), column_ + 1, expected_),
                   ErrorKind::usage};
    }
    if (objective_.least == 0) {
      objective_.least = static_cast<std::uint64_t>(
          std::ceil(1.0 / objective_.budget() - 1e-6));
    }
    return std::move(objective_);
  }

 private:
  bool fail(std::size_t column, std::string expected) {
    column_ = column;
    expected_ = std::move(expected);
    return false;
  }
  bool fail(const Word& word, std::string expected) {
    return fail(word.at, std::move(expected));
  }

  bool scope() {
    objective_.least = 0;
    constexpr std::string_view kService = "service:", kZone = "zone:";
    Word word = words_.now();
    if (word.text.starts_with(kService)) {
      words_.take();
      word = {word.text.substr(kService.size()), word.at + kService.size()};
      return service(word);
    }
    if (word.text.starts_with(kZone)) {
      words_.take();
      word = {word.text.substr(kZone.size()), word.at + kZone.size()};
      return zones(word);
    }
    return true;
  }

  bool service(const Word& word) {
    const std::size_t colon = word.text.rfind(':');
    std::string_view host = word.text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto address = IpAddress::parse(host);
    if (!address || (!address->is_v4() && !bracketed)) {
      return fail(word,
                  "an address and a port: 10.0.0.7:5432 or "
                  "[2001:db8::7]:5432");
    }
    const std::string port(
        colon == word.text.npos ? "" : word.text.substr(colon + 1));
    const auto number = parse_count(port, 1, 65'535);
    if (!number) {
      return fail(word.at + std::min(colon, word.text.size()),
                  "':' and a port, 1 to 65535");
    }
    objective_.scope = ObjectiveScope::service;
    objective_.service = {*address, static_cast<Port>(*number), Transport::tcp};
    return true;
  }

  bool zones(const Word& word) {
    constexpr std::string_view kEvery = "*";
    objective_.scope = ObjectiveScope::zone_pair;
    if (word.text == kEvery) return true;
    const std::size_t arrow = word.text.find("->");
    if (arrow == word.text.npos || arrow == 0 ||
        arrow + 2 == word.text.size()) {
      return fail(word, "two zones: zone:FROM->TO, or zone:* for every pair");
    }
    const auto from = word.text.substr(0, arrow);
    const auto to = word.text.substr(arrow + 2);
    if (from != kEvery) objective_.client_zone = from;
    if (to != kEvery) objective_.server_zone = to;
    return true;
  }

  bool measured() {
    const Word word = words_.now();
    const auto found =
        std::find(kQuantities.begin(), kQuantities.end(), word.text);
    if (found != kQuantities.end()) {
      words_.take();
      objective_.quantity =
          static_cast<ObjectiveQuantity>(found - kQuantities.begin());
      if (!is_time(objective_.quantity)) return true;
      return percentile("a percentile: p50, p95, p99, p99.9");
    }
    return percentile(
        "service:ADDRESS:PORT, zone:FROM->TO, zone:*, or what is measured: "
        "p99, network p95, turns p99, handshake p99, loss, retransmits, "
        "failures");
  }

  bool percentile(const char* expected) {
    const Word word = words_.take();
    double value = 0;
    const char* end = word.text.data() + word.text.size();
    if (!word.text.starts_with('p')) return fail(word, expected);
    const auto [at, error] = std::from_chars(word.text.data() + 1, end, value,
                                             std::chars_format::fixed);
    const double mille = value * 10;
    const bool whole = std::abs(mille - std::round(mille)) < 1e-6;
    if (error != std::errc{} || at != end || !whole || mille < 1 ||
        mille > 999) {
      return fail(word, "a percentile with one decimal, p0.1 to p99.9");
    }
    objective_.per_mille = static_cast<unsigned>(std::lround(mille));
    return true;
  }

  bool limit() {
    const Word sign = words_.take();
    if (sign.text != "<") return fail(sign, "<");
    Word word = words_.take();
    if (is_time(objective_.quantity)) {
      constexpr double kLongest = 3600e9;
      const auto ns = quantity(word.text, kTimes);
      if (!ns || *ns < 1 || *ns > kLongest) {
        return fail(word, "a time, as in 800us, 1.5ms or 2s, up to 3600s");
      }
      objective_.limit = Nanos(std::llround(*ns));
      return true;
    }
    std::string text(word.text);
    if (!text.ends_with('%') && words_.now().text == "%") {
      text += words_.take().text;
    }
    constexpr UnitName kPercent[] = {{"%", 0.01}};
    const auto share = quantity(text, kPercent);
    if (!share || *share < 1e-6 || *share > 0.5) {
      return fail(word, "a share, as in 0.1 %, from 0.0001 % to 50 %");
    }
    objective_.share = *share;
    return true;
  }

  bool options() {
    while (!words_.at_end()) {
      const Word name = words_.take();
      if (name.text != "over" && name.text != "min" && name.text != "burn") {
        return fail(name, "over DURATION, min N, burn RATE, or the end");
      }
      if (!option(name.text, words_.take())) return false;
    }
    return true;
  }

  bool option(std::string_view name, const Word& word) {
    if (name == "over") {
      const auto ns = quantity(word.text, kWindows);
      if (!ns || *ns < 1e9 || *ns > 24 * 3600e9) {
        return fail(word, "a duration from 1s to 24h");
      }
      objective_.window = Nanos(std::llround(*ns));
    } else if (name == "min") {
      const auto n = parse_count(std::string(word.text), 1, 1'000'000'000);
      if (!n) return fail(word, "a number of events, 1 to 1000000000");
      objective_.least = *n;
    } else {
      constexpr UnitName kPlain[] = {{"", 1}};
      const auto rate = quantity(word.text, kPlain);
      if (!rate || *rate < 0.01 || *rate > 10'000) {
        return fail(word, "a rate, 0.01 to 10000");
      }
      objective_.burn = *rate;
    }
    return true;
  }

  std::string_view text_;
  Words words_;
  Objective objective_;
  std::size_t column_ = 0;
  std::string expected_;
};

}  // namespace

std::string_view to_word(ObjectiveQuantity q) noexcept {
  return kQuantities[static_cast<std::size_t>(q)];
}

Result<Objective> parse_objective(std::string_view text) {
  return Parser(text).read();
}

Objective objective_of_pair(const Objective& every, std::string_view client,
                            std::string_view server) {
  Words words(every.text);
  const Word scope = words.take();
  const std::string_view rest =
      std::string_view(every.text).substr(scope.at + scope.text.size());
  Objective one = every;
  one.client_zone = client;
  one.server_zone = server;
  one.text = fmt::format("zone:{}->{}{}", client, server, rest);
  return one;
}

}  // namespace netlat
