#include "netlat/report/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace netlat {

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 0x20 && c <= 0x7e) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

void complain(std::string_view tool, std::string_view sentence) {
  const std::string line = fmt::format("{}: {}\n", tool, one_line(sentence));
  (void)std::fputs(line.c_str(), stderr);
}

void complain_all(std::string_view tool, const std::vector<Error>& problems) {
  constexpr std::size_t kMost = 10;
  const std::size_t shown = std::min(problems.size(), kMost);
  for (std::size_t i = 0; i < shown; ++i) complain(tool, problems[i].message);
  if (problems.size() > shown) {
    complain(tool, fmt::format("and {} more problems (--json lists all)",
                               problems.size() - shown));
  }
}

}  // namespace netlat
