#pragma once
// What is shown of flow logs.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlat/base/time.h"
#include "netlat/flowlog/flow_join.h"
#include "netlat/flowlog/log_reader.h"
#include "netlat/flowlog/log_summary.h"
#include "netlat/report/json_writer.h"
#include "netlat/report/text_table.h"

namespace netlat {

/// All are borrowed and outlive the report.
struct FlowLogReport {
  const LogReader& reader;
  const LogSummary& summary;
  const FlowJoin* join = nullptr;          ///< null: nothing was joined
  std::optional<double> cost_per_gb = {};  ///< of a GB that leaves its zone
  std::size_t top = 10;                    ///< rows of a table; 0: no tables
  Nanos elapsed{0};
  int exit = 0;
};

/// What captures say of a talker: its connections that are in both.
struct MeasuredTalker {
  std::uint64_t connections = 0;
  /// The middle one of its connections' medians of the network RTT; nullopt if
  /// none has samples.
  std::optional<Nanos> rtt_p50;
};
using MeasuredTalkers = std::map<TalkerKey, MeasuredTalker>;
MeasuredTalkers measured_talkers(const FlowJoin& join);

/// Talkers by accepted bytes, most first.
std::vector<const Talker*> talkers_by_bytes(const LogSummary& summary);

/// The answer as lines of text.
std::string text_flowlog(const FlowLogReport& report, const TextStyle& style);

// Records.  Each line is valid until `json` is used again.

std::string_view flowlog_file_line(JsonWriter& json, const LogFile& file);
std::string_view zone_pair_line(JsonWriter& json, const FlowLogReport& report,
                                const PairTotal& pair);
/// `measured` is null if nothing was joined or captured of it.
std::string_view talker_line(JsonWriter& json, const FlowLogReport& report,
                             const Talker& talker,
                             const MeasuredTalker* measured);
std::string_view joined_flow_line(JsonWriter& json, const JoinedFlow& flow);
std::string_view flowlog_summary_line(JsonWriter& json,
                                      const FlowLogReport& report);

}  // namespace netlat
