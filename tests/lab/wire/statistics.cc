#include "tests/lab/wire/statistics.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace lab {
namespace {

void add_counters(const PairCounters& from, PairCounters& to) {
  to.packets += from.packets;
  to.octets += from.octets;
  to.delivered += from.delivered;
  for (size_t i = 0; i < from.verdicts.size(); ++i)
    to.verdicts.at(i) += from.verdicts.at(i);
  for (size_t i = 0; i < from.drops.size(); ++i)
    to.drops.at(i) += from.drops.at(i);
}

void format_counters(const PairCounters& counters, std::string& text) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\"packets\":{},\"octets\":{},\"delivered\":{}",
                 counters.packets, counters.octets, counters.delivered);
  for (size_t i = 0; i < counters.verdicts.size(); ++i)
    fmt::format_to(out, ",\"{}\":{}", kVerdictNames.at(i),
                   counters.verdicts.at(i));
  text += ",\"drops\":{";
  const char* separator = "";
  for (size_t i = 0; i < counters.drops.size(); ++i) {
    if (counters.drops.at(i) == 0) continue;
    fmt::format_to(out, "{}\"{}\":{}", separator, kReasonNames.at(i),
                   counters.drops.at(i));
    separator = ",";
  }
  text += '}';
}

}  // namespace

uint64_t LatenessHistogram::quantile_ns(double share) const {
  const auto wanted =
      static_cast<uint64_t>(std::ceil(share * static_cast<double>(total_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_.at(i);
    if (seen < wanted || counts_.at(i) == 0) continue;
    if (i < (1U << kFineBits)) return i;
    const size_t shift = (i >> kFineBits) - 1;
    return ((1U << kFineBits) + (i & ((1U << kFineBits) - 1))) << shift;
  }
  return 0;
}

std::string statistics_json(Topology& topology,
                            const LatenessHistogram& lateness,
                            const WireCounters& wire, bool with_pairs) {
  PairCounters all;
  for (const Pair& pair : topology.pairs()) add_counters(pair.counters, all);
  std::string text = "{";
  format_counters(all, text);
  fmt::format_to(
      std::back_inserter(text),
      ",\"lateness_ns\":{{\"count\":{},\"p50\":{},\"p99\":{},\"max\":{}}}"
      ",\"log_stalls\":{},\"host_drops\":{}",
      lateness.count(), lateness.quantile_ns(0.5), lateness.quantile_ns(0.99),
      lateness.max_ns(), wire.log_stalls, wire.host_drops);
  if (with_pairs) {
    text += ",\"pairs\":{";
    bool first = true;
    for (const Pair& pair : topology.pairs()) {
      if (pair.counters.packets == 0) continue;
      text += first ? "\"" : ",\"";
      text += pair.name + "\":{";
      format_counters(pair.counters, text);
      text += '}';
      first = false;
    }
    text += '}';
  }
  return text + "}";
}

}  // namespace lab
