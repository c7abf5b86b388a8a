#pragma once
// landlock(7), which has no library.

#include <span>
#include <string>

#include "netlat/base/result.h"

namespace netlat {

/// Refuses this process every file it has not open yet, and every TCP
/// connection where the kernel can.  False if the kernel has no Landlock.
Result<bool> forbid_files_and_connections();

/// Leaves this process, of what changes files, files and sockets in
/// `directories`, and of programs none; reading stays.  A directory that cannot
/// be opened is one less.  False if the kernel has no Landlock.
Result<bool> forbid_changes_outside(std::span<const std::string> directories);

}  // namespace netlat
