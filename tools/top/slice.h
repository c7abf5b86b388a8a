#pragma once
// The packets of one connection, cut out of capture files.

#include <cstdint>
#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/term/records.h"

namespace netlat {

/// Writes to `path`, as pcapng and with their own link type, what `files` have
/// of the connection from `from` to `until`; says how many packets.  Nothing is
/// written over a file that is there.
Result<std::uint64_t> write_slice(const std::vector<std::string>& files,
                                  const FlowRow& flow, Stamp from, Stamp until,
                                  const std::string& path);

}  // namespace netlat
