#pragma once
// The packets of a source on their way through the rooms, and what became of
// them.

#include <cstdint>
#include <optional>
#include <vector>

#include "netlat/packet/decode.h"
#include "netlat/report/analysis_report.h"
#include "netlat/source/bpf_filter.h"
#include "netlat/source/packet_source.h"
#include "tools/analyze/options.h"

namespace netlat {

/// One run.  The source must outlive it.
class Analysis {
 public:
  /// Fails if the filter does not compile.
  static Result<Analysis> prepare(const Options& options, PacketSource& source);

  /// Takes packets as they come, a batch a call.
  void feed(std::span<const PacketView> packets);

  /// The `capture` records of all files as far as they were read.
  std::vector<CaptureRecord> captures() const;
  /// What the text answer says.
  AnalysisReport report() const;
  std::uint64_t packets() const { return packets_; }

 private:
  Analysis(const Options& options, PacketSource& source)
      : options_(&options), source_(&source) {
    decode_options_.vxlan_ports = options.vxlan_ports;
  }

  bool wanted(const PacketView& packet, std::uint32_t link_type);
  bool in_time(const PacketView& packet);
  void count(Verdict verdict, PacketAccount& account) const;

  const Options* options_;
  PacketSource* source_;
  std::optional<BpfFilter> filter_;
  DecodeOptions decode_options_;
  std::optional<Stamp> since_, until_;
  bool bounds_known_ = false;
  std::uint64_t packets_ = 0;
  std::vector<PacketAccount> accounts_;  // one a file
};

}  // namespace netlat
