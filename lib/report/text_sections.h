#pragma once
// The parts of the text answer.  Each gives whole lines, or nothing where
// there is nothing to say.

#include <string>
#include <vector>

#include "netlat/report/analysis_report.h"
#include "netlat/report/text_table.h"

namespace netlat {

/// Files, packets by verdict, drops and other limits of what follows.
std::string quality_section(const AnalysisReport& report,
                            const TextStyle& style);
/// NETWORK AND SERVICE TIME.
std::string time_section(const AnalysisReport& report, const TextStyle& style,
                         std::size_t top);
/// ZONES and BY PAIR OF ZONES; nothing without a zone map.
std::string zone_section(const AnalysisReport& report, const TextStyle& style,
                         std::size_t top);
/// LOSS AND SETUP, never without what the capture itself dropped.
std::string loss_section(const AnalysisReport& report, const TextStyle& style,
                         std::size_t top);
/// DNS, TLS, QUIC, ICMP.
std::string exchange_section(const AnalysisReport& report,
                             const TextStyle& style, std::size_t top);
/// WORST CONNECTIONS.
std::string worst_section(const AnalysisReport& report, const TextStyle& style,
                          std::size_t top);
/// Commands that look closer at the worst connection.
std::string next_section(const AnalysisReport& report, const TextStyle& style);

/// "no capture drops", "capture drops not recorded" or how many, over all
/// files, and what else was acknowledged but is missing.
std::string drops_text(const AnalysisReport& report);

/// p50, p95 and p99 as far as there are samples for them; with fewer than 100
/// the last cell says how many.
struct PercentileCells {
  std::string p50, p95, p99;
};
PercentileCells percentile_cells(const Quantiles& q);
/// The same as cells of a table, the last one marked if the tail stands out.
void add_percentiles(const Quantiles& q, std::vector<TextCell>& cells);

/// Address and port; the address alone for port 0; "others" for neither.
std::string server_text(const IpAddress& server, Port port);

/// "   and 45 more (--top 50)", or nothing.
std::string more_line(std::size_t total, std::size_t shown, const char* what);

}  // namespace netlat
