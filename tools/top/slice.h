#pragma once
// The packets of one connection, cut out of capture files.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/term/records.h"

namespace netlat {

struct Slice {
  std::uint64_t packets = 0;  ///< of 0 no file is left
  /// Damage of the files, one sentence each: there may be more of its packets
  /// than could be read.
  std::vector<std::string> problems;
};

/// Writes to `path`, as pcapng and with their own link type, what `files` have
/// of the connection from `from` to `until`.  Nothing is written over a file
/// that is there, and none is left of an error or once `stop` is set, which is
/// an error too.
Result<Slice> write_slice(const std::vector<std::string>& files,
                          const FlowRow& flow, Stamp from, Stamp until,
                          const std::string& path,
                          const std::atomic<bool>& stop);

}  // namespace netlat
