#pragma once
// Moments as cloud documents write them.

#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/time.h"

namespace netlat {

/// RFC 3339: "2026-01-01T00:00:00Z", with a fraction or "+02:00" if need be.
/// nullopt for anything else, and for years outside 1678 to 2261.
std::optional<Stamp> parse_utc_time(std::string_view text);

/// "2026-01-01T00:00:00Z", with six digits of a fraction where there is one.
std::string utc_time_text(Stamp time);

}  // namespace netlat
