#pragma once
// What one connection's samples say, worked out only when asked.

#include <cstdint>
#include <utility>

#include "netlat/measure/flow_record.h"
#include "netlat/measure/flow_samples.h"

namespace netlat {

/// Valid until the next sample is added or a connection released.
class Latencies {
 public:
  /// `samples` must outlive this object.
  Latencies(FlowSamples& samples, std::uint32_t connection)
      : samples_(samples), connection_(connection) {}

  /// What an ExponentialHistogram{} of the same samples would say.
  Quantiles quantiles(Distribution d) const { return board().quantiles(d); }
  /// Puts all six distributions into the record of the connection.
  void fill(FlowRecord& record) const;
  /// How many samples of `kind` there are and how many exceed `bound`.
  SampleTally tally(SampleKind kind, Nanos bound) const {
    return samples_.tally(connection_, kind, bound);
  }
  /// Adds each sample to the histogram of its kind.
  void add_to(HistogramsByKind& histograms) const {
    // Counted once is enough.  Either way the board is used.
    if (std::exchange(board_, nullptr) != nullptr) {
      samples_.add_gathered_to(histograms);
    } else {
      samples_.add_to(connection_, histograms);
    }
  }

 private:
  const SampleBoard& board() const {
    if (board_ == nullptr) board_ = &samples_.gather(connection_);
    return *board_;
  }

  FlowSamples& samples_;
  std::uint32_t connection_;
  mutable const SampleBoard* board_ = nullptr;
};

}  // namespace netlat
