// Deciding whether a flow record satisfies a filter.

#include <algorithm>
#include <cctype>

#include "lib/measure/where_term.h"

namespace netlat {

namespace where {

namespace {

Truth truth(bool b) {
  return b ? Truth::yes : Truth::no;
}

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) ==
         std::tolower(static_cast<unsigned char>(b));
}

// `*` stands for any run.  Linear space, no recursion: on a mismatch only the
// last star needs to be tried one character further.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && same_letter(pattern[p], text[t])) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

bool contains(const Endpoint& e, const IpAddress& address, Port port) {
  return e.prefix.contains(address) && (!e.port || *e.port == port);
}

template <class T>
bool among(const std::vector<T>& values, const T& wanted) {
  return std::find(values.begin(), values.end(), wanted) != values.end();
}

struct Evaluator {
  const FlowRecord& flow;
  const WhereLabels& labels;

  Truth operator()(const AddressTest& test) const {
    for (const auto& e : test.any_of) {
      if (test.side != Side::server &&
          contains(e, flow.client, flow.client_port)) {
        return Truth::yes;
      }
      if (test.side != Side::client &&
          contains(e, flow.server, flow.server_port)) {
        return Truth::yes;
      }
    }
    return Truth::no;
  }
  Truth operator()(const PortTest& test) const {
    return truth(among(test.any_of, flow.client_port) ||
                 among(test.any_of, flow.server_port));
  }
  Truth operator()(const IdTest& test) const {
    return truth(among(test.any_of, flow.id));
  }
  Truth operator()(const ChoiceTest& test) const {
    return truth(among(test.any_of, test.choice->read(flow)));
  }
  Truth operator()(const TextTest& test) const {
    const auto text = test.field->read(flow, labels);
    if (!text) return Truth::unknown;
    return truth(std::any_of(
        test.any_of.begin(), test.any_of.end(),
        [&](const std::string& pattern) { return fits(pattern, *text); }));
  }
  Truth operator()(const ZoneTest& test) const;
  Truth operator()(const CompareTest& test) const;
  Truth operator()(const RegexTest& test) const {
    std::string text = endpoint_text(flow.client, flow.client_port);
    text += ' ';
    text += endpoint_text(flow.server, flow.server_port);
    text += ' ';
    if (flow.tls) text += flow.tls->sni.str();
    return truth(RE2::PartialMatch(text, *test.pattern));
  }
};

Truth zone_fits(const std::string& pattern, std::string_view zone) {
  if (pattern.empty()) return Truth::yes;
  if (zone.empty()) return Truth::unknown;
  return truth(fits(pattern, zone));
}
Truth both(Truth a, Truth b) {
  if (a == Truth::no || b == Truth::no) return Truth::no;
  return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}
Truth either(Truth a, Truth b) {
  if (a == Truth::yes || b == Truth::yes) return Truth::yes;
  return a == Truth::no && b == Truth::no ? Truth::no : Truth::unknown;
}

Truth Evaluator::operator()(const ZoneTest& test) const {
  Truth any = Truth::no;
  for (const auto& zone : test.any_of) {
    const auto client = zone_fits(zone.client, labels.client_zone);
    any = either(
        any, zone.directed
                 ? both(client, zone_fits(zone.server, labels.server_zone))
                 : either(client, zone_fits(zone.client, labels.server_zone)));
  }
  return any;
}

bool holds(double a, Comparison comparison, double b) {
  switch (comparison) {
    case Comparison::gt:
      return a > b;
    case Comparison::ge:
      return a >= b;
    case Comparison::lt:
      return a < b;
    case Comparison::le:
      return a <= b;
    case Comparison::eq:
      return a == b;
  }
  return false;
}

Truth Evaluator::operator()(const CompareTest& test) const {
  std::optional<double> value;
  if (test.share) {
    value = retransmitted_share(flow);
  } else if (test.metric.scalar) {
    value = test.metric.scalar->read(flow, labels);
  } else if (const auto& samples = test.metric.latency->read(flow);
             samples.n > 0) {
    value = static_cast<double>((samples.*test.metric.quantile).count());
  }
  if (!value) return Truth::unknown;
  return truth(holds(*value, test.comparison, test.value));
}

}  // namespace

Truth evaluate(const Term& term, const FlowRecord& flow,
               const WhereLabels& labels) {
  const auto positive = std::visit(Evaluator{flow, labels}, term.test);
  if (!term.negated || positive == Truth::unknown) return positive;
  return positive == Truth::yes ? Truth::no : Truth::yes;
}

}  // namespace where

Where::Where(std::vector<where::Term> terms) {
  if (terms.empty()) return;
  terms_ = std::make_shared<const std::vector<where::Term>>(std::move(terms));
}

bool Where::matches(const FlowRecord& flow, const WhereLabels& labels) const {
  if (!terms_) return true;
  return std::all_of(
      terms_->begin(), terms_->end(), [&](const where::Term& term) {
        return where::evaluate(term, flow, labels) == where::Truth::yes;
      });
}

}  // namespace netlat
