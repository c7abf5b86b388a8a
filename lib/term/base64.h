#pragma once
// Base64 (RFC 4648 4), with padding.

#include <string>
#include <string_view>

namespace netlat {

inline std::string base64(std::string_view octets) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    const std::size_t taken = octets.size() - i < 3 ? octets.size() - i : 3;
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const unsigned octet =
          k < taken ? static_cast<unsigned char>(octets[i + k]) : 0u;
      group = group << 8 | octet;
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= taken ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

}  // namespace netlat
