#pragma once
// The answer of `analyze` on one screen.

#include <string>

#include "netlat/report/analysis_report.h"
#include "netlat/report/text_table.h"

namespace netlat {

/// Files and their quality, times by service, loss and setup, other
/// protocols, the worst connections, what to run next.  Each table shows
/// `top` rows and says how many more there are.  Lines fit a style.width from
/// 80 on; only printable ASCII, newlines and, with colours, SGR sequences.
std::string text_analysis(const AnalysisReport& report, const TextStyle& style,
                          std::size_t top);

}  // namespace netlat
