#pragma once
// What a thread that measures tells the one that writes, and is told by it.

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "netlat/measure/interval_table.h"
#include "netlat/measure/packet_account.h"
#include "netlat/measure/zone_traffic.h"
#include "netlat/report/capture_metrics.h"
#include "netlat/source/live_source.h"
#include "tools/capture/recorder_share.h"
#include "tools/capture/zones.h"

namespace netlat {

using SharedZones = std::shared_ptr<const CaptureZones>;

/// One interval as one thread saw it, all rows still in it.
struct ClosedInterval {
  Interval interval;
  SharedZones zones;             ///< that label its rows; null without a map
  std::uint32_t zones_used = 0;  ///< how many maps came before
  bool tainted = false;          ///< packets of this thread were dropped in it
  // Since the interval before.
  std::uint64_t packets = 0, kernel_drops = 0;
  std::optional<std::uint64_t> interface_drops;  ///< of the first thread's
};

/// What went from zone to zone.
struct LabelledWays {
  std::vector<ZoneWay> ways;
  SharedZones zones;
};

/// How a thread, or all of them together, fared since the start.
struct WorkerNumbers {
  PacketAccount account;
  std::uint64_t bytes = 0, flows = 0;
  std::optional<Stamp> first, last;
  /// Every packet stamped earlier was measured; of one thread alone.
  Stamp complete = Stamp::min();
  LiveCounts counts;
  FlowCounters flow;
  std::uint64_t flows_active = 0, flow_bytes = 0;
  std::array<std::uint64_t, kCloseReasons> closed{};
  std::array<std::uint64_t, 3> lookups{};
  RecorderNumbers recorder;  ///< what is held

  /// Adds those of another thread.
  WorkerNumbers& operator+=(const WorkerNumbers& more);
};

/// What has come since the last handing over.
struct Findings {
  std::deque<ClosedInterval> intervals;
  std::vector<LabelledWays> ways;
  std::string lines;             ///< records, one a line
  std::uint64_t lines_lost = 0;  ///< that did not fit
  /// Attempts that nobody answered and no record tells of.
  std::uint64_t unwritten = 0;
  std::deque<RecordingPiece> pieces;
  WorkerNumbers numbers;
  std::uint64_t orders_taken = 0;

  /// Records waiting that are not lost yet, in octets.
  static constexpr std::size_t kMostLines = std::size_t{16} << 20;
  /// False, and counted, if it does not fit.
  bool add_line(std::string_view line);
  /// Takes over what is in `later`, which is empty afterwards.
  void append(Findings& later);
};

/// What a thread is to do from its next turn on.
struct Orders {
  std::optional<SharedZones> zones;  ///< label with this map, or with none
  std::optional<RecordingOrder> recording;
};

}  // namespace netlat
