#include "lib/probe/answer_timing.h"

#include <ctime>

namespace netlat {

namespace {

constexpr Nanos kClockWasSet{1'000'000};

Nanos read_clock(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return Nanos{std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec};
}

}  // namespace

Instant Instant::now() {
  return {read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_REALTIME)};
}

void time_answer(const SentProbe& probe, const Instant& now,
                 const std::optional<Nanos>& arrived, Answer& answer) {
  answer.level = StampLevel::program;
  answer.rtt = now.steady - probe.sent_steady;
  const Nanos moved =
      (now.wall - probe.sent_wall) - (now.steady - probe.sent_steady);
  if (!arrived || moved > kClockWasSet || moved < -kClockWasSet) return;
  if (*arrived < probe.sent_wall || *arrived > now.wall) return;
  answer.level = StampLevel::arrival_only;
  answer.rtt = *arrived - probe.sent_wall;
  if (!probe.left_wall || *probe.left_wall < probe.sent_wall ||
      *probe.left_wall > *arrived) {
    return;
  }
  answer.level = StampLevel::kernel;
  answer.rtt = *arrived - *probe.left_wall;
}

}  // namespace netlat
