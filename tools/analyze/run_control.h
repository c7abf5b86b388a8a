#pragma once
// A line of progress for a person who waits.

#include <chrono>
#include <cstdint>
#include <optional>

namespace netlat {

/// One line on standard error, at most twice a second, from two seconds on,
/// and only if that is a terminal.
class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// To be called often: looks at the clock only every 64 calls.
  void tick(std::uint64_t packets, std::uint64_t octets,
            const std::optional<std::uint64_t>& total_octets) {
    if (!enabled_ || ++calls_ % 64 != 0) return;
    show(packets, octets, total_octets);
  }
  /// Takes the line off the screen.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  void show(std::uint64_t packets, std::uint64_t octets,
            const std::optional<std::uint64_t>& total_octets);

  bool enabled_;
  bool shown_ = false;
  std::uint64_t calls_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_;
};

}  // namespace netlat
