#pragma once
// Metrics as a file for node_exporter's textfile collector.

#include <string>
#include <string_view>

#include "netlat/base/result.h"

namespace netlat {

/// Replaces the file at `path` at one stroke; everybody may read it.  Whoever
/// reads it sees the old one or the new one, whole.
Result<void> replace_text_file(const std::string& path, std::string_view text);

}  // namespace netlat
