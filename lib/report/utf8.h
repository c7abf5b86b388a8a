#pragma once
// Strict UTF-8 decoding (RFC 3629), one character at a time.

#include <cstdint>
#include <string_view>

namespace netlat {

struct Utf8Step {
  std::uint32_t code;  ///< the code point, or the octet itself if malformed
  std::size_t length;  ///< octets consumed: 1 if malformed
};

/// The first character of `text`.  Overlong forms, surrogates, values above
/// U+10FFFF and cut sequences are malformed.  Requires: text is not empty.
inline Utf8Step decode_utf8(std::string_view text) {
  const auto octet = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = octet(0);
  const std::size_t length = lead < 0x80            ? 1u
                             : lead >> 5 == 0b110   ? 2u
                             : lead >> 4 == 0b1110  ? 3u
                             : lead >> 3 == 0b11110 ? 4u
                                                    : 0u;
  if (length == 1) return {lead, 1};
  if (length == 0 || text.size() < length) return {lead, 1};

  std::uint32_t code = lead & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return {lead, 1};
    code = code << 6 | (octet(i) & 0x3f);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  if (code < kSmallest[length] || surrogate || code > 0x10ffff) {
    return {lead, 1};
  }
  return {code, length};
}

}  // namespace netlat
