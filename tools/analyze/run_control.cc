#include "tools/analyze/run_control.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "netlat/report/number_text.h"

namespace netlat {

Progress::Progress(bool quiet)
    : enabled_(!quiet && isatty(STDERR_FILENO) == 1),
      next_(start_ + std::chrono::seconds(2)) {}

void Progress::show(std::uint64_t packets, std::uint64_t octets,
                    const std::optional<std::uint64_t>& total_octets) {
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(500);
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const auto rate =
      static_cast<std::uint64_t>(static_cast<double>(packets) / seconds);
  const std::string share =
      total_octets && *total_octets > 0
          ? fmt::format(" of {} ({} %)", bytes_text(*total_octets),
                        octets * 100 / *total_octets)
          : std::string();
  fmt::print(stderr, "\r{}{} read, {} packets, {}/s\x1b[K", bytes_text(octets),
             share, count_text(packets), count_text(rate));
  (void)std::fflush(stderr);
  shown_ = true;
}

void Progress::clear() {
  if (!shown_) return;
  (void)std::fputs("\r\x1b[K", stderr);
  (void)std::fflush(stderr);
  shown_ = false;
}

}  // namespace netlat
