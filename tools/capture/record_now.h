#pragma once
// Asks another netlat capture, by its socket, for what its recorder holds.

#include <string>

#include "netlat/base/result.h"

namespace netlat {

/// The path of the file, once it is whole: that takes some seconds, since what
/// comes after the moment belongs to it.  An empty `socket` is the one where a
/// capture listens by itself.
Result<std::string> record_now(const std::string& socket);

}  // namespace netlat
