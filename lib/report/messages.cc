#include "netlat/report/messages.h"

#include <algorithm>
#include <cstdio>

namespace netlat {

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 0x20 && c <= 0x7e) {
      out += c;
    } else {
      constexpr const char* kDigits = "0123456789abcdef";
      const auto octet = static_cast<unsigned char>(c);
      out += {'\\', 'x', kDigits[octet >> 4], kDigits[octet & 15]};
    }
  }
  return out;
}

void complain(std::string_view tool, std::string_view sentence) {
  const std::string line = std::string(tool) + ": " + one_line(sentence) + '\n';
  (void)std::fputs(line.c_str(), stderr);
}

void complain_all(std::string_view tool, const std::vector<Error>& problems) {
  constexpr std::size_t kMost = 10;
  const std::size_t shown = std::min(problems.size(), kMost);
  for (std::size_t i = 0; i < shown; ++i) complain(tool, problems[i].message);
  if (problems.size() > shown) {
    complain(tool, "and " + std::to_string(problems.size() - shown) +
                       " more problems (--json lists all)");
  }
}

}  // namespace netlat
