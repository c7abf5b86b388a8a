#pragma once
// Numbers as a command line gives them.

#include <cstdint>
#include <optional>
#include <string>

namespace netlat {

/// The whole text as a decimal number from `least` to `most`.
std::optional<std::uint64_t> parse_count(const std::string& text,
                                         std::uint64_t least,
                                         std::uint64_t most);

/// A number of octets from 1 on, or with k, M or G powers of 1,024.
std::optional<std::uint64_t> parse_size(std::string text);

}  // namespace netlat
