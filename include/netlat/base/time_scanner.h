#pragma once
// Moments and durations in text, read from the front.

#include <cstdint>
#include <string_view>

#include "netlat/base/time.h"

namespace netlat {

/// Each call takes what it names off the front.  Once something is not as
/// expected, ok() stays false and what is returned means nothing.
class TimeScanner {
 public:
  /// `text` outlives the scanner.
  explicit TimeScanner(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  /// All of it was as expected.
  bool done() const { return ok_ && rest_.empty(); }
  bool next_is(char c) const { return !rest_.empty() && rest_[0] == c; }
  /// False, and nothing is taken, where another character stands.
  bool accept(char c);
  void expect(char c) { ok_ = accept(c) && ok_; }
  void require(bool condition) { ok_ = ok_ && condition; }

  /// Exactly `digits` decimal digits, at most `most`.
  int number(std::size_t digits, int most);
  /// Decimal digits, at least one, up to `most`.
  std::int64_t count(std::int64_t most);
  /// ".25"; zero where no point stands.  Digits after the ninth are dropped.
  Nanos fraction();

  /// YYYY-MM-DD, a day that exists; from 1678 to 2261, the years that a Stamp
  /// holds in full.
  std::chrono::year_month_day day();
  /// HH:MM, of a clock or of an offset from UTC
  Nanos hour_and_minute();
  /// SS, with a fraction if need be; 60 is a leap second.
  Nanos second();

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace netlat
