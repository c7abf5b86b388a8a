#pragma once
// How numbers and names read in a sentence about a file.

#include <cstdint>
#include <string>

namespace netlat {

/// 4194288 as "4,194,288".
std::string grouped(std::uint64_t number);

/// A path as given, harmless on a terminal; "-" as "standard input".
std::string shown(const std::string& path);

}  // namespace netlat
