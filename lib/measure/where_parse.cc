// Reading a filter.  One pass from left to right; the first problem ends it.
//
// A problem is "incomplete" when it touches the end of the text and some
// further characters could make the text valid, so that a prompt does not
// complain about what is still being typed.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lib/measure/where_term.h"
#include "lib/measure/where_value.h"
#include "netlat/base/safe_text.h"

namespace netlat {

namespace where {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t';
}
bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  WhereReading read() {
    std::vector<Term> terms;
    while (!problem_) {
      while (!at_end() && is_space(text_[at_])) ++at_;
      if (at_end()) break;
      if (auto term = read_term()) terms.push_back(std::move(*term));
    }
    return {Where(std::move(terms)), std::move(problem_)};
  }

 private:
  bool at_end() const { return at_ == text_.size(); }

  std::nullopt_t fail(std::size_t at, std::string expected, bool incomplete) {
    problem_ = WhereProblem{at + 1, std::move(expected), incomplete};
    return std::nullopt;
  }

  std::optional<Term> read_term() {
    Term term;
    if (text_[at_] == '!') {
      term.negated = true;
      ++at_;
      if (at_end()) return fail(at_, "a term after !", true);
    }
    if (text_[at_] == '/') return read_regex(std::move(term));
    const auto start = at_;
    while (!at_end() && is_key_character(text_[at_])) ++at_;
    const auto key = lower(text_.substr(start, at_ - start));
    if (at_end() && begins_a_key(key)) {
      return fail(at_, "a field, then : or a comparison", true);
    }
    if (!at_end() && text_[at_] == ':') {
      ++at_;
      if (read_values(key, term) || problem_) return finish(std::move(term));
    } else if (const auto metric = find_metric(key)) {
      return read_comparison(std::move(term), *metric);
    }
    return fail(start,
                "a field (dst: src: host: client: server: port: proto: zone: "
                "svc: sni: id: end: outcome: state: path:), a comparison (p99> "
                "rtt> service> elapsed> connect> stall> retx> bytes> ...) or "
                "/regex/",
                false);
  }

  std::optional<Term> finish(Term term) const {
    if (problem_) return std::nullopt;
    return term;
  }

  // False, and no problem, when no field of that name takes values.
  bool read_values(const std::string& key, Term& term) {
    if (read_side(key, term)) return true;
    if (key == "port") {
      PortTest test;
      each_value("a port, 0 to 65535", [&](std::string_view text) {
        return take_number(text, test.any_of);
      });
      term.test = std::move(test);
      return true;
    }
    if (key == "id") {
      IdTest test;
      each_value("the number of a flow", [&](std::string_view text) {
        return take_number(text, test.any_of);
      });
      term.test = std::move(test);
      return true;
    }
    if (key == "zone") {
      ZoneTest test;
      each_value("a zone, or CLIENT>SERVER", [&](std::string_view text) {
        return take_zone(text, test.any_of);
      });
      term.test = std::move(test);
      return true;
    }
    return read_words(key, term);
  }

  bool read_side(const std::string& key, Term& term) {
    AddressTest test;
    if (key == "client" || key == "src") {
      test.side = Side::client;
    } else if (key == "server" || key == "dst") {
      test.side = Side::server;
    } else if (key != "host") {
      return false;
    }
    each_value("an address, a prefix a.b.c.d/n or address:port",
               [&](std::string_view text) {
                 return take_endpoint(text, test.any_of);
               });
    term.test = std::move(test);
    return true;
  }

  bool read_words(const std::string& key, Term& term) {
    for (const auto& choice : choices()) {
      if (choice.key != key) continue;
      ChoiceTest test{.choice = &choice, .any_of = {}};
      each_value(fmt::format("one of {}", fmt::join(choice.words, ", ")),
                 [&](std::string_view text) {
                   return take_choice(text, choice, test.any_of);
                 });
      term.test = std::move(test);
      return true;
    }
    for (const auto& field : text_fields()) {
      if (field.key != key) continue;
      TextTest test{.field = &field, .any_of = {}};
      each_value("text, with * for any characters", [&](std::string_view text) {
        test.any_of.emplace_back(text);
        return Piece::good;
      });
      term.test = std::move(test);
      return true;
    }
    return false;
  }

  // Gives `take` each of the values between commas, to the next space.
  template <class Take>
  void each_value(const std::string& expected, const Take& take) {
    for (;;) {
      const auto start = at_;
      while (!at_end() && !is_space(text_[at_]) && text_[at_] != ',') ++at_;
      const auto value = text_.substr(start, at_ - start);
      const auto piece = value.empty() ? Piece::begun : take(value);
      if (piece != Piece::good) {
        fail(start, expected, piece == Piece::begun && at_end());
        return;
      }
      if (at_end() || text_[at_] != ',') return;
      ++at_;
    }
  }

  std::optional<Term> read_comparison(Term term, const Metric& metric) {
    constexpr std::pair<std::string_view, Comparison> kSigns[] = {
        {">=", Comparison::ge}, {"<=", Comparison::le}, {">", Comparison::gt},
        {"<", Comparison::lt},  {"=", Comparison::eq},
    };
    const auto rest = text_.substr(at_);
    const auto* sign =
        std::find_if(std::begin(kSigns), std::end(kSigns),
                     [&](const auto& s) { return rest.starts_with(s.first); });
    if (sign == std::end(kSigns)) {
      return fail(at_, "a comparison > >= < <= = right after the field", false);
    }
    at_ += sign->first.size();
    const auto start = at_;
    while (!at_end() && !is_space(text_[at_])) ++at_;
    CompareTest test{.metric = metric, .comparison = sign->second};
    const auto piece = take_quantity(text_.substr(start, at_ - start), test);
    if (piece != Piece::good) {
      constexpr std::string_view kExpected[] = {
          "a duration with its unit: ns, us, ms or s",
          "a number, perhaps with k, M or G", "a number or a share with %"};
      return fail(
          start,
          std::string(kExpected[static_cast<std::size_t>(metric.unit())]),
          piece == Piece::begun && at_end());
    }
    term.test = test;
    return term;
  }

  std::optional<Term> read_regex(Term term) {
    const auto start = at_++;
    std::string pattern;
    for (;;) {
      if (at_end()) return fail(at_, "/ at the end of the pattern", true);
      const char c = text_[at_++];
      if (c == '/') break;
      pattern += c;
      if (c == '\\' && !at_end()) {
        if (text_[at_] == '/') pattern.pop_back();
        pattern += text_[at_++];
      }
    }
    if (!at_end() && !is_space(text_[at_])) {
      return fail(at_, "a space after the pattern", false);
    }
    // The text is printable ASCII (base/safe_text.h).
    RE2::Options options(RE2::Latin1);
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    auto compiled = std::make_shared<const RE2>(pattern, options);
    if (!compiled->ok()) {
      return fail(start,
                  fmt::format("a regular expression RE2 accepts ({})",
                              SafeText(compiled->error()).str()),
                  false);
    }
    term.test = RegexTest{std::move(compiled)};
    return term;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<WhereProblem> problem_;
};

}  // namespace

}  // namespace where

WhereReading read_where(std::string_view text) {
  return where::Parser(text).read();
}

Result<Where> parse_where(std::string_view text) {
  auto reading = read_where(text);
  if (!reading.problem) return std::move(reading.where);
  return Error{
      fmt::format("filter '{}': column {}: expected {}", SafeText(text).str(),
                  reading.problem->column, reading.problem->expected),
      ErrorKind::usage};
}

}  // namespace netlat
