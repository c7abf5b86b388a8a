#pragma once
// The packets of a live source on their way through the rooms, the records
// they make, and what became of them.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "netlat/measure/drop_log.h"
#include "netlat/measure/interval_table.h"
#include "netlat/measure/measurement.h"
#include "netlat/measure/packet_account.h"
#include "netlat/measure/zone_traffic.h"
#include "netlat/packet/decode.h"
#include "netlat/report/capture_json.h"
#include "netlat/report/exchange_json.h"
#include "netlat/report/flow_json.h"
#include "netlat/report/interval_json.h"
#include "netlat/report/worst_flows.h"
#include "netlat/source/live_source.h"
#include "tools/capture/objectives.h"
#include "tools/capture/options.h"
#include "tools/capture/outlets.h"
#include "tools/capture/recorder.h"
#include "tools/capture/zones.h"

namespace netlat {

class Session final : private RecordSink {
 public:
  /// The first three must outlive this object; `zones` may be null.
  Session(const CaptureOptions& options, LiveSource& source, Outlets& outlets,
          std::unique_ptr<CaptureZones> zones);

  /// Takes packets as they come, at most kBatch a call.
  void feed(std::span<const PacketView> packets);
  /// To be called often: closes what is over and writes about it.
  void tick();
  /// No more packets: everything open is closed and written about.
  void finish();
  /// What the flight recorder holds is worth a file.
  void record(const std::string& why);

  /// Another zone map, or none, from now on.  The interval that is open ends
  /// early, so that its second has two records.
  void use(std::unique_ptr<CaptureZones> zones);
  void use(const std::vector<Objective>& objectives) {
    objectives_.replace(objectives);
  }

  /// The `capture` record of the whole run.
  CaptureRecord capture() const;
  const Measurement& measurement() const { return measurement_; }
  const WorstFlows& worst() const { return worst_; }
  std::uint64_t packets() const { return account_.total(); }
  std::uint64_t flows() const { return flows_; }
  /// Packets that the kernel had passed on and nobody read any more.
  std::uint64_t unread() const;

 private:
  using Clock = std::chrono::steady_clock;

  bool flow(FlowRecord& record, const Latencies& latencies) override;
  void exchange(const ExchangeRecord& exchange) override;
  void segment(const Segment& s, const SegmentFacts& facts) override;
  void progress(FlowRecord& record, const Latencies& latencies) override;
  void last_turn(const FlowRecord& flow, Nanos elapsed) override;

  void write(Interval interval);
  void write_records(Interval& interval, const IntervalDrops& drops);
  void announce(const std::vector<const ObjectiveWatch*>& changed, Stamp at);
  void write_flow(FlowRecord& record, const Latencies& latencies);
  void tell_unwritten();
  void ask_drops(Stamp now);
  CaptureMetrics* metrics() const {
    Publishing* const publishing = outlets_.publishing();
    return publishing == nullptr ? nullptr : publishing->metrics();
  }
  void label_from_now_on();
  CaptureNumbers numbers() const;
  void tend_recorder();
  const ZoneLabeler* labeler() const {
    return zones_ ? &zones_->labeler : nullptr;
  }
  const std::string& vantage(std::uint32_t number) const;

  const CaptureOptions& options_;
  LiveSource& source_;
  Outlets& outlets_;
  std::unique_ptr<CaptureZones> zones_;
  ObjectiveSet objectives_;
  std::optional<CaptureRecorder> recorder_;
  Measurement measurement_;
  IntervalTable intervals_;
  std::optional<ZoneTraffic> traffic_;  // for metrics
  DecodeOptions decode_options_;
  std::array<Segment, kBatch> segments_;
  PacketAccount account_;
  std::uint64_t bytes_ = 0, written_packets_ = 0, flows_ = 0;
  std::optional<Stamp> first_, last_;
  LiveCounts counts_, counts_written_;  // as asked last, and at the last record
  DropLog drops_;
  std::optional<Stamp> asked_;
  Clock::time_point next_tick_;
  bool finishing_ = false;
  // Attempts that nobody answered, in this interval: a flood of them would
  // drive everything else out of files and readers.
  static constexpr std::uint64_t kMostUnanswered = 1000;
  std::uint64_t unanswered_ = 0;
  FlowJson flow_json_;
  ExchangeJson exchange_json_;
  JsonWriter json_;
  WorstFlows worst_;
};

}  // namespace netlat
