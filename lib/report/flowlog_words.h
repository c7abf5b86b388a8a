#pragma once
// Words that text and records share.

#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/safe_text.h"
#include "netlat/report/flowlog_report.h"

namespace netlat {

constexpr double kOctetsPerGb = 1e9;

/// What octets that left their zone cost; nullopt if no price is given.
inline std::optional<double> cost_of(const FlowLogReport& report,
                                     std::uint64_t octets) {
  if (!report.cost_per_gb) return std::nullopt;
  return *report.cost_per_gb * static_cast<double>(octets) / kOctetsPerGb;
}

/// The table of connections seen by both.
std::string joined_text(const FlowLogReport& report, const TextStyle& style);

/// What passed between the two, if they are in different zones.
inline bool leaves_zone(ZoneRelation relation) {
  return relation == ZoneRelation::cross ||
         relation == ZoneRelation::cross_region;
}

inline ZoneRelation relation_of(const FlowLogReport& report,
                                const Talker& talker) {
  return report.summary.places().relation(talker.client_place,
                                          talker.server_place);
}

inline std::uint64_t crossing_bytes(const LogSummary& summary) {
  return summary.total(ZoneRelation::cross).bytes +
         summary.total(ZoneRelation::cross_region).bytes;
}

}  // namespace netlat
