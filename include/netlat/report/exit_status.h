#pragma once
// What the exit status of every tool says.

#include "netlat/base/result.h"

namespace netlat {

inline constexpr int kExitDone = 0;
/// Done, and the answer is no: a check does not hold, lint has findings.
inline constexpr int kExitNo = 1;
inline constexpr int kExitUsage = 2;
/// Some input could not be read, or the answer not written.
inline constexpr int kExitFailed = 3;
inline constexpr int kExitForbidden = 4;

/// The exit status a failure of this kind leads to.
int exit_status(ErrorKind kind);

}  // namespace netlat
