#pragma once
// The configuration file of `netlat capture`: netlat.toml(5).

#include <string>

#include "netlat/base/result.h"
#include "tools/capture/options.h"

namespace netlat {

/// Reads TOML text into `options`.  The first thing that is wrong (a key nobody
/// knows, a value of another kind or out of range) is the error, with `name`,
/// line and key; then `options` are of no use.
Result<void> read_config(const std::string& text, const std::string& name,
                         CaptureOptions& options);

/// The whole of a file, up to 16 MiB.
Result<std::string> read_whole_file(const std::string& path);

}  // namespace netlat
