#pragma once
// The terms of a filter once parsed, and the fields they can name.

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "netlat/measure/where.h"

namespace netlat::where {

/// Kleene's three values.
enum class Truth : std::uint8_t { no, yes, unknown };

enum class Side : std::uint8_t { client, server, either };

struct Endpoint {
  Prefix prefix;
  std::optional<Port> port;
};
struct AddressTest {
  Side side = Side::either;
  std::vector<Endpoint> any_of;
};
struct PortTest {
  std::vector<Port> any_of;
};
struct IdTest {
  std::vector<std::uint64_t> any_of;
};

/// A field that is one of a few words.
struct Choice {
  std::string_view key;
  std::span<const std::string_view> words;  ///< by value of the field
  std::size_t (*read)(const FlowRecord&);
};
struct ChoiceTest {
  const Choice* choice = nullptr;
  std::vector<std::size_t> any_of;
};

/// A field that is any text; nothing: not known.
struct TextField {
  std::string_view key;
  std::optional<std::string_view> (*read)(const FlowRecord&,
                                          const WhereLabels&);
};
struct TextTest {
  const TextField* field = nullptr;
  std::vector<std::string> any_of;  ///< patterns with `*`
};

struct ZonePattern {
  std::string client, server;  ///< empty: any
  bool directed = false;       ///< else `client` is sought on either side
};
struct ZoneTest {
  std::vector<ZonePattern> any_of;
};

enum class Unit : std::uint8_t { duration, count, count_or_share };
enum class Comparison : std::uint8_t { gt, ge, lt, le, eq };

/// A field that is a number; nothing: not known.
struct Scalar {
  std::string_view key;
  Unit unit;
  std::optional<double> (*read)(const FlowRecord&, const WhereLabels&);
};
/// A field that is a distribution of durations.
struct Latency {
  std::string_view key;
  const Quantiles& (*read)(const FlowRecord&);
};
struct QuantileName {
  std::string_view key;
  Nanos Quantiles::*member;
};
/// Either a scalar or a quantile of a latency.
struct Metric {
  const Scalar* scalar = nullptr;
  const Latency* latency = nullptr;
  Nanos Quantiles::*quantile = nullptr;

  Unit unit() const { return scalar ? scalar->unit : Unit::duration; }
};
struct CompareTest {
  Metric metric;
  Comparison comparison = Comparison::gt;
  double value = 0;    ///< nanoseconds, a count, or a share 0 to 1
  bool share = false;  ///< of Unit::count_or_share
};

struct RegexTest {
  std::shared_ptr<const RE2> pattern;
};

struct Term {
  bool negated = false;
  std::variant<AddressTest, PortTest, IdTest, ChoiceTest, TextTest, ZoneTest,
               CompareTest, RegexTest>
      test;
};

std::span<const Choice> choices();
std::span<const TextField> text_fields();
/// "p99", "rtt", "service.p95", "retx"; lower case.
std::optional<Metric> find_metric(std::string_view name);
/// Every name that may start a term, for telling a beginning from a mistake.
bool begins_a_key(std::string_view text);
/// Retransmitted share of segments; nothing without segments.
std::optional<double> retransmitted_share(const FlowRecord& flow);

Truth evaluate(const Term& term, const FlowRecord& flow,
               const WhereLabels& labels);

}  // namespace netlat::where
