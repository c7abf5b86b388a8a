#include "tools/netlat/nearest.h"

#include <algorithm>
#include <cstddef>

namespace netlat {

namespace {

// Damerau-Levenshtein distance, optimal string alignment, by its recurrence
// over a table; words are short.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(
      a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string_view nearest_word(std::string_view typed,
                              const std::vector<std::string_view>& words) {
  constexpr std::size_t kLongestTyped = 64;
  if (typed.size() > kLongestTyped) return {};
  std::string_view best;
  std::size_t best_distance = 0;
  for (const std::string_view word : words) {
    const std::size_t n = distance(typed, word);
    if (n > std::max<std::size_t>(2, word.size() / 3)) continue;
    if (best.empty() || n < best_distance) {
      best = word;
      best_distance = n;
    }
  }
  return best;
}

}  // namespace netlat
