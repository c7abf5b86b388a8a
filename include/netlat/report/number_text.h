#pragma once
// Numbers as a person reads them: three significant digits, thousands
// separated, never an exponent, always in the C locale.

#include <cstdint>
#include <string>
#include <string_view>

#include "netlat/base/time.h"

namespace netlat {

/// "412,883".
std::string count_text(std::uint64_t count);
/// "1 probe", "1,200 probes".
std::string plural(std::uint64_t count, std::string_view what);

/// Milliseconds without the unit: "0.912", "41.2", "1,012".  Below one a
/// third decimal is the last; what would round to nothing is "<0.001".
std::string ms_text(Nanos duration);

/// With the unit that suits: "850 ns", "31.0 us", "412 ms", "2.20 s",
/// "3,600 s".
std::string duration_text(Nanos duration);

/// Decimal units: "999 B", "4.00 kB", "318 MB".
std::string bytes_text(std::uint64_t octets);

/// "0.84 %"; "-" when `of` is 0.
std::string percent_text(std::uint64_t part, std::uint64_t of);

/// The local time of day to a tenth of a second, "12:00:03.4"; the zone is
/// that of the environment variable TZ.
std::string time_text(Stamp time);
/// The local date, "2024-03-01".
std::string date_text(Stamp time);
/// The zone's abbreviation at that moment, "UTC".
std::string zone_text(Stamp time);

}  // namespace netlat
