#include "netlat/base/safe_text.h"

#include <fmt/format.h>

namespace netlat {

namespace {
constexpr std::size_t kLongestName = 253;  // RFC 1035 2.3.4, without the dot
}

SafeText::SafeText(std::string_view untrusted) {
  const bool cut = untrusted.size() > kLongestName;
  untrusted = untrusted.substr(0, kLongestName);
  text_.reserve(untrusted.size());
  for (const char c : untrusted) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '\\') {
      text_ += "\\\\";
    } else if (octet >= 0x20 && octet <= 0x7e) {
      text_ += c;
    } else {
      text_ += fmt::format("\\x{:02x}", octet);
    }
  }
  if (cut) text_ += "...";
}

}  // namespace netlat
