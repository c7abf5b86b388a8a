#pragma once
// What a capture says of itself and of its objectives, as metrics.

#include <array>
#include <cstdint>
#include <optional>

#include "netlat/flow/flow_counters.h"
#include "netlat/measure/flow_record.h"
#include "netlat/measure/objective_set.h"
#include "netlat/measure/packet_account.h"
#include "netlat/report/metric_set.h"

namespace netlat {

/// Why a connection is no longer watched: its FlowEnd, or that nobody answered.
inline constexpr std::size_t kCloseReasons = 6;
std::size_t close_reason(const FlowRecord& flow);

struct RecorderNumbers {
  std::uint64_t packets = 0, bytes = 0;  ///< held now
  std::uint64_t files = 0, failures = 0;
};

struct CaptureNumbers {
  PacketAccount account;
  std::uint64_t received = 0;  ///< by the kernel for netlat, drops included
  std::uint64_t kernel_drops = 0;
  std::optional<std::uint64_t> interface_drops;
  std::uint64_t restarts = 0;
  std::optional<Stamp> last_packet;

  FlowCounters flow;
  std::uint64_t flows_active = 0, flow_bytes = 0;
  std::array<std::uint64_t, kCloseReasons> closed{};
  /// By ZoneStatus; nothing without a map.
  std::optional<std::array<std::uint64_t, 3>> zone_lookups;

  std::uint64_t refused = 0;  ///< MetricTable::refused()
  std::uint64_t missed = 0;   ///< snapshots that did not reach the publisher
  std::optional<RecorderNumbers> recorder;

  Nanos processor{0};
  std::uint64_t memory = 0;  ///< octets resident
  Stamp started;
};

void append_capture_metrics(const CaptureNumbers& numbers, MetricSet& set);
void append_objective_metrics(const ObjectiveSet& objectives, MetricSet& set);

struct RemoteWriteNumbers {
  std::uint64_t sent = 0, lost = 0, pending = 0;  ///< samples
};
void append_remote_write_metrics(const RemoteWriteNumbers& numbers,
                                 MetricSet& set);

}  // namespace netlat
