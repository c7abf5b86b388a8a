#pragma once
// Reading the values of a filter's terms: what stands between two commas, or
// after a comparison sign.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/measure/where_term.h"

namespace netlat::where {

/// What became of a value: `begun` could still become good with more text.
enum class Piece : std::uint8_t { good, bad, begun };

/// ASCII letters to lower case.
std::string lower(std::string_view text);

// Each appends the value to `into` if it is good.  Requires: text not empty.
Piece take_endpoint(std::string_view text, std::vector<Endpoint>& into);
Piece take_choice(std::string_view text, const Choice& choice,
                  std::vector<std::size_t>& into);
Piece take_zone(std::string_view text, std::vector<ZonePattern>& into);
Piece take_number(std::string_view text, std::vector<Port>& into);
Piece take_number(std::string_view text, std::vector<std::uint64_t>& into);

/// The number and unit of a comparison, for `into.metric`.
Piece take_quantity(std::string_view text, CompareTest& into);

}  // namespace netlat::where
