// Values as the lab's text files and commands write them: 10ms, 600kB,
// 20Mbit, 2.5%, normal:30ms:5ms.
//
// Parsers return nothing for what they do not know; the caller names the
// line. Times are nanoseconds, sizes octets, rates bits a second and shares
// between 0 and 1.

#ifndef TESTS_LAB_COMMON_VALUES_H_
#define TESTS_LAB_COMMON_VALUES_H_

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

namespace lab {

// Since 1970, CLOCK_REALTIME: the clock of captures and of every log here.
int64_t realtime_ns();
// CLOCK_MONOTONIC: for waiting.
int64_t monotonic_ns();

// "250us", "10ms", "1.5s", "0". Units ns, us, ms, s; a bare 0 needs none.
std::optional<int64_t> parse_duration_ns(std::string_view text);
// "1200", "64kB", "12MB": powers of ten.
std::optional<int64_t> parse_size(std::string_view text);
// "800kbit", "20Mbit", "1Gbit" a second.
std::optional<int64_t> parse_rate_bps(std::string_view text);
// "2.5%", from 0 % to 100 %.
std::optional<double> parse_share(std::string_view text);
std::optional<int64_t> parse_integer(std::string_view text);

// A random duration. Never negative: what a distribution gives below zero
// becomes zero.
//   10ms                 always 10 ms
//   uniform:5ms:15ms     between the two
//   normal:30ms:5ms      mean and standard deviation
//   exp:20ms             exponential with this mean (a Poisson schedule)
//   pareto:10ms:3        scale and shape: at least 10 ms, heavy tail
class Duration {
 public:
  static std::optional<Duration> parse(std::string_view text);
  int64_t sample_ns(std::mt19937_64& random) const;

 private:
  enum class Kind { kConstant, kUniform, kNormal, kExponential, kPareto };
  Kind kind_ = Kind::kConstant;
  double first_ = 0;   // ns
  double second_ = 0;  // ns, or the shape of a Pareto distribution
};

}  // namespace lab

#endif  // TESTS_LAB_COMMON_VALUES_H_
