#pragma once
// landlock(7), which has no library.

#include "netlat/base/result.h"

namespace netlat {

/// Refuses this process every file it has not open yet, and every TCP
/// connection where the kernel can.  False if the kernel has no Landlock.
Result<bool> forbid_files_and_connections();

}  // namespace netlat
