#pragma once
// Where records go as they come: lines of JSON or CSV, and the worst
// connections for the text answer.

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "netlat/measure/measurement.h"
#include "netlat/measure/parted_halves.h"
#include "netlat/measure/where.h"
#include "netlat/report/exchange_json.h"
#include "netlat/report/flow_json.h"
#include "netlat/report/output.h"
#include "netlat/report/segment_json.h"
#include "netlat/report/spool.h"
#include "netlat/report/worst_flows.h"
#include "tools/analyze/intervals.h"
#include "tools/analyze/options.h"
#include "tools/analyze/zones.h"

namespace netlat {

class RecordWriter final : public RecordSink {
 public:
  /// All three must outlive this object.
  RecordWriter(const Options& options, const Where& where, Output& out)
      : options_(options),
        where_(where),
        out_(out),
        worst_(options.sort, options.top) {}

  /// Where names of capture points come from; asked again for numbers that
  /// were not known before.  Without, they are numbers.
  void name_vantages(std::function<std::vector<std::string>()> names) {
    vantage_names_ = std::move(names);
  }

  /// Which zones connections are in; must outlive this object.  Without, none.
  void use(Zones& zones) { zones_ = &zones; }

  /// Tells it of the ends of connections; must outlive this object.
  void use(Intervals& intervals) { intervals_ = &intervals; }

  bool flow(FlowRecord& record, const Latencies& latencies) override;
  void exchange(const ExchangeRecord& exchange) override;
  void segment(const Segment& s, const SegmentFacts& facts) override;
  void progress(FlowRecord& record, const Latencies& latencies) override;
  void last_turn(const FlowRecord& flow, Nanos elapsed) override;

  /// One more record, in its place among the others.
  void line(std::string_view text);

  /// What comes before the connections has been written; what waited follows,
  /// and later lines go straight out.
  Result<void> open();

  std::uint64_t flows() const noexcept { return flows_; }
  /// Verdicts changed after their segment had been written.
  std::uint64_t late_amendments() const noexcept { return late_amendments_; }
  const WorstFlows& worst() const noexcept { return worst_; }
  const PartedHalves& parted_halves() const noexcept { return parted_halves_; }

 private:
  void amend(const SegmentFacts& facts);
  void write_segments(std::size_t keep);
  const std::string& vantage(std::uint32_t number);

  const Options& options_;
  const Where& where_;
  Output& out_;
  Zones* zones_ = nullptr;
  Intervals* intervals_ = nullptr;
  bool open_ = false;
  Spool waiting_;
  std::function<std::vector<std::string>()> vantage_names_;
  std::vector<std::string> vantages_;
  FlowJson flow_json_;
  ExchangeJson exchange_json_;
  JsonWriter segment_json_;
  std::string csv_;
  std::deque<SegmentRecord> segments_;  // the latest, verdicts may change
  WorstFlows worst_;
  PartedHalves parted_halves_;
  std::uint64_t flows_ = 0, late_amendments_ = 0;
};

}  // namespace netlat
