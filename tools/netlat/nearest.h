#pragma once
// Which word was meant.

#include <string_view>
#include <vector>

namespace netlat {

/// The word of `words` that takes the fewest insertions, deletions,
/// replacements and swaps of neighbours to get from `typed`; empty if even
/// that one takes more than a third of its length, two at least.
std::string_view nearest_word(std::string_view typed,
                              const std::vector<std::string_view>& words);

}  // namespace netlat
