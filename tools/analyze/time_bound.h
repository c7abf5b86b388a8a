#pragma once
// --since and --until: moments of capture time as a person writes them.

#include <cstdint>
#include <string>
#include <string_view>

#include "netlat/base/result.h"
#include "netlat/base/time.h"

namespace netlat {

/// A moment that may depend on when the capture starts.
class TimeBound {
 public:
  /// One of
  ///   +3.5                          seconds after the first packet
  ///   12:00:03.25                   local time of day (TZ)
  ///   2024-03-01T12:00:03[.25][Z]   or +02:00; without a zone local time
  static Result<TimeBound> parse(std::string_view text);

  /// As typed.
  const std::string& text() const { return text_; }

  /// `first` is the first packet's time.  A time of day is on the first
  /// packet's day, or on the next if that is more than 12 hours too early: a
  /// capture may run past midnight.
  Stamp resolve(Stamp first) const;

 private:
  enum class Kind : std::uint8_t { offset, time_of_day, absolute };

  Kind kind_ = Kind::offset;
  std::string text_;
  Nanos value_{0};  // after the first packet, after midnight or the epoch
};

}  // namespace netlat
