#include "netlat/report/text_analysis.h"

#include <fmt/format.h>

#include "lib/report/text_sections.h"
#include "netlat/report/number_text.h"
#include "netlat/report/standout.h"

namespace netlat {

PercentileCells percentile_cells(const Quantiles& q) {
  if (q.n == 0) return {"-", "-", "-"};
  PercentileCells cells{ms_text(q.p50), "-", "n=" + count_text(q.n)};
  if (q.n >= kSamplesForP95) cells.p95 = ms_text(q.p95);
  if (q.n >= kSamplesForP99) cells.p99 = ms_text(q.p99);
  return cells;
}

void add_percentiles(const Quantiles& q, std::vector<TextCell>& cells) {
  const PercentileCells p = percentile_cells(q);
  cells.push_back({p.p50, false});
  cells.push_back({p.p95, false});
  cells.push_back({p.p99, tail_stands_out(q)});
}

std::string server_text(const IpAddress& server, Port port) {
  if (server == IpAddress()) return "others";
  return port == 0 ? server.text() : endpoint_text(server, port);
}

std::string more_line(std::size_t total, std::size_t shown, const char* what) {
  if (total <= shown) return {};
  return fmt::format(" and {} more {} (--top {})\n", count_text(total - shown),
                     what, total);
}

std::string text_analysis(const AnalysisReport& report, const TextStyle& style,
                          std::size_t top) {
  std::string out = quality_section(report, style);
  const std::string sections[] = {
      time_section(report, style, top),  zone_section(report, style, top),
      loss_section(report, style, top),  exchange_section(report, style, top),
      worst_section(report, style, top), next_section(report, style)};
  for (const std::string& section : sections) {
    if (!section.empty()) out += '\n' + section;
  }
  return out;
}

}  // namespace netlat
