#pragma once
// One connection's story in one sentence.

#include <string>

#include "netlat/measure/flow_record.h"

namespace netlat {

/// The most telling facts first, separated by semicolons: how it failed to
/// connect, what was lost towards whom and how long that cost, closed windows,
/// a slow server, delayed ACKs, how it ended, what the capture missed.
/// "no loss" if there is nothing to tell.  Printable ASCII.
std::string what_happened(const FlowRecord& flow);

}  // namespace netlat
