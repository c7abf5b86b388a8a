#pragma once
// What one thread does with its share of the packets, from the ring to what is
// found; it shares nothing with others while packets flow.
//
// A capture with one thread has one of these too, whose turns are taken by the
// thread that writes; its records then go to the outlets at once, without a
// queue between that could lose them.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "netlat/measure/drop_log.h"
#include "netlat/measure/interval_table.h"
#include "netlat/measure/measurement.h"
#include "netlat/measure/zone_traffic.h"
#include "netlat/packet/decode.h"
#include "netlat/report/exchange_json.h"
#include "netlat/report/flow_json.h"
#include "netlat/report/worst_flows.h"
#include "tools/capture/handover.h"
#include "tools/capture/options.h"
#include "tools/capture/outlets.h"
#include "tools/capture/recorder_share.h"

namespace netlat {

/// Which thread of how many.
struct WorkerPlace {
  std::size_t number = 0, threads = 1;
};

class Worker final : private RecordSink {
 public:
  /// All but the last must outlive this object.  With several threads `outlets`
  /// is only asked what is wanted.
  Worker(const CaptureOptions& options, LiveSource& source, Outlets& outlets,
         Handover& handover, WorkerPlace place, SharedZones zones);

  /// Measures what there is, waiting for it no longer than `wait`, and hands
  /// over from time to time.
  void turn(Nanos wait);
  /// What is still in the rings is measured for so long; then everything open
  /// is closed, and all handed over.
  void close(std::chrono::milliseconds patience);
  /// Does what was ordered, as every turn does.
  void obey();

  // After close().

  Measurement& measurement() { return measurement_; }
  WorstFlows& worst() { return worst_; }
  RecorderShare* recorder() { return recorder_ ? &*recorder_ : nullptr; }

 private:
  using Clock = std::chrono::steady_clock;

  bool flow(FlowRecord& record, const Latencies& latencies) override;
  void exchange(const ExchangeRecord& exchange) override;
  void segment(const Segment& s, const SegmentFacts& facts) override;
  void progress(FlowRecord& record, const Latencies& latencies) override;
  void last_turn(const FlowRecord& flow, Nanos elapsed) override;

  void feed(std::span<const PacketView> packets);
  void tick();
  void use(SharedZones zones);
  void ask_drops(Stamp now);
  void close(Interval interval);
  void write_flow(FlowRecord& record, const Latencies& latencies);
  void record(std::string_view line);
  std::uint64_t numbered(std::uint64_t id) const {
    return id * place_.threads + place_.number;
  }
  WorkerNumbers numbers() const;
  void count_unwritten();
  void collect();
  const ZoneLabeler* labeler() const {
    return zones_ ? &zones_->labeler : nullptr;
  }
  const std::string& vantage(std::uint32_t number) const;

  LiveSource& source_;
  Outlets& outlets_;
  Handover& handover_;
  WorkerPlace place_;
  SharedZones zones_;
  std::uint32_t zones_used_ = 0;
  std::optional<RecorderShare> recorder_;
  Measurement measurement_;
  IntervalTable intervals_;
  std::optional<ZoneTraffic> traffic_;  // for metrics
  DecodeOptions decode_options_;
  std::array<PacketView, kBatch> batch_;
  std::array<Segment, kBatch> segments_;
  PacketAccount account_;
  std::uint64_t bytes_ = 0, closed_packets_ = 0, flows_ = 0;
  std::optional<Stamp> first_, last_;
  LiveCounts counts_, counts_closed_;  // as asked last, and at the last close
  DropLog drops_;
  std::optional<Stamp> asked_;
  Clock::time_point next_tick_;
  bool finishing_ = false;
  // Attempts that nobody answered, in this interval: a flood of them would
  // drive everything else out of files and readers.
  std::uint64_t most_unanswered() const { return 1000 / place_.threads; }
  std::uint64_t unanswered_ = 0;
  std::array<std::uint64_t, kCloseReasons> closed_{};
  FlowJson flow_json_;
  ExchangeJson exchange_json_;
  WorstFlows worst_;
  Findings found_;
};

}  // namespace netlat
