#pragma once
// A condition on the target that decides the exit status.

#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/result.h"
#include "netlat/probe/hop_row.h"

namespace netlat {

enum class CheckWhat : unsigned char {
  loss,
  best,
  p50,
  p95,
  p99,
  worst,
  jitter
};

/// WHAT < LIMIT.
struct ProbeCheck {
  std::string text;  ///< as typed
  CheckWhat what = CheckWhat::loss;
  double limit = 0;  ///< a share for loss, else nanoseconds

  /// "loss<1%", "p95<3ms", with the units us, ms and s.
  static Result<ProbeCheck> parse(std::string_view text);
};

/// Empty if the target's row meets the condition, else why not.  A null row or
/// nothing measured does not meet it.  `echo` is what echoes lost, where they
/// tell the target's loss.
std::string check_failure(const ProbeCheck& check, const HopRow* target,
                          const std::optional<LossInterval>& echo);

}  // namespace netlat
