#pragma once
// The configuration file of `netlat capture`: netlat.toml(5).

#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "tools/capture/options.h"

namespace netlat {

/// Reads TOML text into `options`.  The first thing that is wrong (a key nobody
/// knows, a value of another kind or out of range) is the error, with `name`,
/// line and key; then `options` are of no use.
Result<void> read_config(const std::string& text, const std::string& name,
                         CaptureOptions& options);

/// The keys that `now` has otherwise than `then` and that count from the next
/// start on alone.  Requires: read_config() found nothing wrong with either.
std::vector<std::string> keys_that_wait(const std::string& then,
                                        const std::string& now);

/// The whole of a file, up to 16 MiB.
Result<std::string> read_whole_file(const std::string& path);

}  // namespace netlat
