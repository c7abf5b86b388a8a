#pragma once
// The numbers a monitoring system fetches, as all its formats see them: named
// families of series, each told apart by its labels.  Plain values, borrowed
// from nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlat/base/time.h"

namespace netlat {

enum class MetricType : std::uint8_t { counter, gauge, histogram };

struct MetricLabel {
  std::string name;
  std::string value;  ///< any octets but NUL; formats escape what they must

  friend bool operator==(const MetricLabel&, const MetricLabel&) = default;
};

/// So many samples were `le` or less.
struct ClassicBucket {
  double le = 0;
  std::uint64_t cumulative = 0;

  friend bool operator==(const ClassicBucket&, const ClassicBucket&) = default;
};

/// One of the samples of a histogram.
struct MetricExemplar {
  double value = 0;
  Stamp time;

  friend bool operator==(const MetricExemplar&,
                         const MetricExemplar&) = default;
};

/// One distribution in both forms, since the series began.
struct MetricHistogram {
  /// Buckets of the native form to an octave are 2^kSchema: 9.05 % wide.
  static constexpr int kSchema = 3;
  /// 2^-20 s: what is less is in no bucket of the native form.
  static constexpr double kZeroThreshold = 0x1p-20;

  std::uint64_t count = 0;
  double sum = 0;
  std::uint64_t zero_count = 0;  ///< up to kZeroThreshold
  /// counts[k] of the native form is that of the bucket up to
  /// 2^((first + k) / 2^kSchema), Prometheus' numbering.
  std::int32_t first = 0;
  std::vector<std::uint64_t> counts;
  std::vector<ClassicBucket> classic;  ///< ascending, without +Inf
  /// The slowest lately.
  std::optional<MetricExemplar> slowest;

  /// The first of `classic` that holds the value, their number if none does.
  std::size_t classic_of(double value) const noexcept {
    std::size_t k = 0;
    while (k < classic.size() && classic[k].le < value) ++k;
    return k;
  }

  friend bool operator==(const MetricHistogram&,
                         const MetricHistogram&) = default;
};

struct MetricSeries {
  std::vector<MetricLabel> labels;  ///< in the order that is shown
  double value = 0;                 ///< of counters and gauges
  std::optional<MetricHistogram> histogram;

  friend bool operator==(const MetricSeries&, const MetricSeries&) = default;
};

struct MetricFamily {
  std::string name;  ///< of counters with "_total"
  std::string help;  ///< one sentence
  std::string unit;  ///< the end of the name that says it; may be empty
  MetricType type = MetricType::gauge;
  std::vector<MetricSeries> series;

  friend bool operator==(const MetricFamily&, const MetricFamily&) = default;
};

using MetricSet = std::vector<MetricFamily>;

}  // namespace netlat
