#pragma once
// A terminal that works again after a crash.

#include <string_view>

namespace netlat {

/// From now on a fatal signal first writes `octets` (at most 64) to `output`
/// and gives the terminal `input` back the settings it has now.
void restore_on_crash(int input, int output, std::string_view octets);
/// No longer.
void nothing_to_restore();

}  // namespace netlat
