#pragma once
// Giving up what a process may ask the kernel for.
//
// Who parses what strangers send will one day be broken into.  What is then
// left to do should be what the process does anyway: read its ring, write its
// answer.  Two mechanisms, each enough alone for most: seccomp(2) allows a list
// of system calls and arguments and refuses all others with EPERM, Landlock
// refuses every file and, from its version 4 on, every TCP connection.

#include <span>
#include <string>
#include <vector>

#include "netlat/base/result.h"

namespace netlat {

/// What a process still has to do.
enum class Duty : unsigned char {
  measure,  ///< reads mapped rings and open descriptors, writes to 0, 1 and 2,
            ///< asks the opener; opens nothing
  open,     ///< makes packet sockets and raw ones of TCP when told
};

/// Restricts this process for good.  `channel` is the one descriptor messages
/// may be sent through, `outputs` are those that may be written to besides.
/// Gives what the kernel lacks, one sentence each;
/// fails if something there could not be used.  Requires: no_new_privs is set
/// (base/privilege.h), one thread.
Result<std::vector<std::string>> enter_sandbox(
    Duty duty, int channel, std::span<const int> outputs = {});

/// What a process that publishes may change.
struct PublishingRights {
  std::vector<std::string> directories;  ///< files and sockets in these
  /// It runs programs, which inherit what it is refused: then files and
  /// programs are not limited at all.
  bool runs_programs = false;
};

/// The same for a process that opens files and connections but sees no packet
/// and controls no other process: a list of what is refused, not of what is
/// allowed.
Result<std::vector<std::string>> enter_publishing_sandbox(
    const PublishingRights& rights);

}  // namespace netlat
