#pragma once
// How every tool of netlat begins and ends.

#include <string_view>

#include "netlat/base/result.h"
#include "netlat/report/exit_status.h"
#include "netlat/report/messages.h"
#include "netlat/report/output.h"

namespace netlat {

/// To be called first in main(): the standard descriptors are open and a
/// reader that goes away is an error of write(2), no signal.
void begin_tool();

/// Says what failed; returns the exit status that goes with it.
int fail(std::string_view tool, const Error& error);

/// Writes out what is left; returns `status`, or what a failure to write
/// leads to, after saying so.
int finish(std::string_view tool, Output& out, int status);

}  // namespace netlat
