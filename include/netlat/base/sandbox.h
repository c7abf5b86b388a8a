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
  open,     ///< makes packet sockets when told
  publish,  ///< opens files and connections, runs programs, but sees no
            ///< packet and controls no other process; a list of what is
            ///< refused, not of what is allowed
};

/// Restricts this process for good.  `channel` is the one descriptor messages
/// may be sent through, `outputs` are those that may be written to besides; who
/// publishes needs neither.  Gives what the kernel lacks, one sentence each;
/// fails if something there could not be used.  Requires: no_new_privs is set
/// (base/privilege.h), one thread.
Result<std::vector<std::string>> enter_sandbox(
    Duty duty, int channel, std::span<const int> outputs = {});

}  // namespace netlat
