#pragma once
// The round trip from the best stamps there are.
//
// Problem: a program is told of an answer late, by microseconds when idle and
// by milliseconds when the host is busy, and its own clock readings surround
// the system calls.  Method: the kernel's stamps of sending and arrival where
// both exist; only the arrival's, or neither, otherwise.  Kernel stamps are
// wall time: if the wall clock was set while the probe was out, by more than
// a millisecond against the steady one, they are not used.

#include <optional>

#include "lib/probe/lane.h"

namespace netlat {

/// Sets `rtt` and `level` of the answer to `probe` that was read `now` and
/// that the kernel stamped at `arrived`.
void time_answer(const SentProbe& probe, const Instant& now,
                 const std::optional<Nanos>& arrived, Answer& answer);

}  // namespace netlat
