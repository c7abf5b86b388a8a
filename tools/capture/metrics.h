#pragma once
// The metrics of a capture, in the process that measures.

#include <array>
#include <cstdint>
#include <vector>

#include "netlat/measure/objective_set.h"
#include "netlat/publish/frame_pipe.h"
#include "netlat/report/capture_metrics.h"
#include "netlat/report/metric_table.h"
#include "tools/capture/options.h"

namespace netlat {

class CaptureMetrics {
 public:
  /// To be made before the process is confined: it opens a file of /proc.
  explicit CaptureMetrics(const CaptureOptions& options);
  ~CaptureMetrics();
  CaptureMetrics(const CaptureMetrics&) = delete;
  CaptureMetrics& operator=(const CaptureMetrics&) = delete;

  /// A connection is no longer watched.
  void closed(const FlowRecord& flow) { ++closed_[close_reason(flow)]; }
  /// All rows of an interval still in it.
  void add(const Interval& interval, const ZoneLabeler* zones) {
    table_.add(interval, zones);
  }
  void add(const std::vector<ZoneWay>& ways, const ZoneLabeler* zones) {
    table_.add(ways, zones);
  }
  /// Hands everything over as of now; fills in what of `numbers` it knows.
  void send(CaptureNumbers numbers, const ObjectiveSet& objectives,
            FrameSender& to);

 private:
  std::uint64_t resident_octets() const;

  MetricTable table_;
  std::array<std::uint64_t, kCloseReasons> closed_{};
  std::uint64_t missed_ = 0;
  int statm_;  // /proc/self/statm; negative if it cannot be read
  Stamp started_;
};

}  // namespace netlat
