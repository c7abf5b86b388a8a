#pragma once
// In what order services and connections are shown.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/measure/latencies.h"
#include "netlat/report/analysis_report.h"

namespace netlat {

enum class SortKey : unsigned char {
  p99,      ///< network RTT of the longer half
  p50,      ///< the same
  service,  ///< service time, p99
  connect,  ///< connect time
  retx,     ///< retransmitted segments
  failed,   ///< failed connects
  conns,    ///< connections
};

std::optional<SortKey> parse_sort_key(std::string_view text);
/// The accepted words, "p99, p50, ...".
std::string sort_key_words();
/// "p99 network RTT" and so on, for headings.
const char* sort_key_title(SortKey key);

/// What a connection is ranked by: the larger, the worse; -1 where it was not
/// measured.  A percentile that has too few samples to be shown counts as the
/// highest one that has enough.  `latencies` has the distributions: those of
/// `flow` are not looked at.
std::int64_t rank_value(const FlowRecord& flow, const Latencies& latencies,
                        SortKey key);
/// False if the value above is less than `value` for certain, which costs less
/// to find out.
bool may_rank(const Latencies& latencies, SortKey key, std::int64_t value);
/// Largest first by the same rule; equal ones by more connections, then by
/// address.
void rank_services(std::vector<ServiceRow>& services, SortKey key);

}  // namespace netlat
