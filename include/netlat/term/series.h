#pragma once
// The recent past of one service, one pair of zones, or everything.
//
// Problem: a window of any length that ends at any moment of the last hour,
// with percentiles, in bounded memory.
// Method: three tiers of spans, of a second, ten seconds and a minute, each
// with its distributions and made of those of the tier below.  A window is the
// merged spans of the finest tier that reaches back far enough; where ten
// seconds lie in it whole, their sum.
// Bias: edges of windows beyond 90 s ago lie on whole ten seconds, beyond 15
// minutes on whole minutes; what overlaps the window counts.
// Cost: about 240 spans of some hundred octets for a busy key.

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "netlat/measure/exponential_histogram.h"
#include "netlat/measure/shown_half.h"
#include "netlat/term/order.h"
#include "netlat/term/packed_traffic.h"
#include "netlat/term/records.h"

namespace netlat {

/// All of a window, merged.
struct WindowStats {
  ExponentialHistogram server_rtt, client_rtt, service;
  TrafficCounts counts;
  bool tainted = false;
  bool any = false;  ///< some span lies in the window

  void add(const Traffic& part);
  void add(const PackedTraffic& part);
  void add(const WindowStats& part);
  Half half() const;
  /// Network round trips of the shown half.
  const ExponentialHistogram& network() const {
    return half() == Half::server ? server_rtt : client_rtt;
  }
};

/// One column of a trend.
struct TrendPoint {
  BriefTimes network, service;
  TrafficCounts counts;
  bool tainted = false;
};

class Series {
 public:
  Series();

  /// Intervals in order of time; several of one interval add up.  What another
  /// Series has in `pool` too is kept once.
  void add(const IntervalRecord& interval, OctetPool* pool = nullptr);

  WindowStats over(Stamp from, Stamp until) const;
  /// `columns` steps of a second or of kTrendStep, the last one holding the
  /// moment before `until`; nothing where nothing was recorded.
  std::vector<std::optional<TrendPoint>> trend(Stamp until, std::size_t columns,
                                               Nanos step) const;
  /// One value of each, for a row among many.
  std::vector<std::optional<float>> trend(Stamp until, std::size_t columns,
                                          Nanos step, Metric metric) const;
  static constexpr Nanos kTrendStep = std::chrono::seconds(10);
  /// The same with the distribution of the shown half of each step, of a
  /// second or of kTrendStep.
  std::vector<std::optional<ExponentialHistogram>> heat(
      Stamp until, Nanos step, std::size_t columns) const;

  /// End of the latest interval.
  std::optional<Stamp> latest() const { return latest_; }
  std::optional<Stamp> earliest() const;
  std::size_t memory_bytes() const;

 private:
  using Values = std::array<float, kMetrics>;

  struct Span : Traffic {
    Stamp start, end;
  };
  struct Sealed {
    Sealed(const Span& span, OctetPool* pool)
        : start(span.start), end(span.end), traffic(span, pool) {}

    Stamp start, end;
    PackedTraffic traffic;
  };
  struct Tier {
    Nanos length;
    std::size_t most;
    std::deque<Sealed> spans;        // earliest first
    std::deque<Values> values;       // of each, in the tier of kTrendStep
    std::optional<Span> open;        // what spans.back() will be followed by
    std::optional<WindowStats> sum;  // of `open`, if it has several parts
    bool in_order = true;            // no part of `open` is from before it

    void add(const Span& part);
    Span seal(OctetPool* pool);
    bool reaches(Stamp from) const;
    Span current() const;
    /// Requires: open.
    void add_open_to(WindowStats& all) const;
  };

  // Those that lie in a window whole, and what they add up to.
  struct Tens {
    Stamp from, until;  // until < from: none
    WindowStats sum;
  };

  WindowStats over_seconds(Stamp from, Stamp until) const;
  const Tens& tens_within(Stamp from, Stamp until) const;
  void add_to(std::size_t tier, const Span& part, OctetPool* pool);
  std::size_t tier_for(Stamp from) const;
  /// Spans of the tier in the window, and what has not come up to it yet.
  template <class T, class Old, class New>
  std::vector<std::optional<T>> trend_of(Stamp until, std::size_t columns,
                                         Nanos step, Old old, New fresh) const;
  static Values values_of(const TrendPoint& point);
  template <class Visit>
  void visit(std::size_t tier, Stamp from, Stamp until, Visit visit) const;

  std::array<Tier, 3> tiers_;
  mutable std::optional<Tens> tens_;  // of the window asked for last
  std::optional<Stamp> latest_;
};

}  // namespace netlat
