#pragma once
// The packets of a source on their way through the rooms, and what became of
// them.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "netlat/measure/measurement.h"
#include "netlat/packet/decode.h"
#include "netlat/report/analysis_report.h"
#include "netlat/report/capture_json.h"
#include "netlat/source/bpf_filter.h"
#include "netlat/source/packet_source.h"
#include "tools/analyze/capture_points.h"
#include "tools/analyze/intervals.h"
#include "tools/analyze/options.h"

namespace netlat {

/// One run.
class Analysis {
 public:
  /// All three must outlive the result.  Fails if the filter does not
  /// compile.
  static Result<std::unique_ptr<Analysis>> prepare(const Options& options,
                                                   PacketSource& source,
                                                   RecordSink& sink);

  /// Tells it of every batch; must outlive this object.
  void use(Intervals& intervals) { intervals_ = &intervals; }

  /// Takes packets as they come, at most kBatch a call.
  void feed(std::span<const PacketView> packets);
  /// No more packets: connections still open are reported to the sink.
  void finish() { measurement_.finish(); }

  /// The `capture` records of all files as far as they were read.
  std::vector<CaptureRecord> captures() const;
  /// Names of the capture points, by FlowRecord::vantage.
  std::vector<std::string> vantage_names() const;
  const Measurement& measurement() const { return measurement_; }
  std::uint64_t packets() const { return packets_; }
  std::size_t vantages() const { return vantages_.size(); }

 private:
  Analysis(const Options& options, PacketSource& source, RecordSink& sink);

  bool wanted(const PacketView& packet, std::uint32_t link_type);
  bool in_time(const PacketView& packet);
  /// Decodes packets of one interface into segments_ from `n` on; gives where
  /// the next goes.
  std::size_t take_run(std::span<const PacketView> packets,
                       const CaptureInterface& at, std::size_t n);
  void recount_duplicates(std::size_t n);

  const Options& options_;
  PacketSource& source_;
  Measurement measurement_;
  Intervals* intervals_ = nullptr;
  std::optional<BpfFilter> filter_;
  DecodeOptions decode_options_;
  CapturePoints vantages_;
  std::optional<Stamp> since_, until_;
  bool selective_ = false;  // some packets may not be wanted
  bool bounds_known_ = false;
  std::uint64_t packets_ = 0;
  std::vector<PacketAccount> accounts_;  // one a file
  std::array<Segment, kBatch> segments_;
  std::array<std::uint32_t, kBatch> file_of_;  // of each segment
};

/// What the text answer says of a finished run.
AnalysisReport analysis_report(const Options& options, const Analysis& run);

}  // namespace netlat
