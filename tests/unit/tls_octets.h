#pragma once
// Handshakes of TLS as octets, for the tests.

#include <string_view>

#include "tests/unit/app_segments.h"

namespace netlat::test {

inline constexpr std::uint8_t kCipherSpec = 20, kAlert = 21, kHandshake = 22,
                              kAppData = 23;

inline Octets record(std::uint8_t type, const Octets& body) {
  Octets out{type, 3, 3};
  put(out, body.size(), 2);
  put(out, body);
  return out;
}
inline Octets message(std::uint8_t type, const Octets& body) {
  Octets out{type};
  put(out, body.size(), 3);
  put(out, body);
  return out;
}
inline Octets extension(std::uint16_t type, const Octets& body) {
  Octets out;
  put(out, type, 2);
  put(out, body.size(), 2);
  put(out, body);
  return out;
}
inline Octets sni(std::string_view name, std::uint8_t name_type = 0) {
  Octets list;
  put(list, name.size() + 3, 2);
  put(list, name_type, 1);
  put(list, name.size(), 2);
  put(list, name);
  return extension(0, list);
}
inline Octets key_share(std::size_t octets) {
  return extension(51, fill(octets, 0x5a));
}
inline Octets client_hello(const Octets& extensions) {
  Octets body;
  put(body, 0x0303, 2);
  put(body, fill(32, 0x11));
  put(body, Octets{32});
  put(body, fill(32, 0x22));
  put(body, 4, 2);
  put(body, Octets{0x13, 1, 0x13, 2});
  put(body, Octets{1, 0});
  put(body, extensions.size(), 2);
  put(body, extensions);
  return message(1, body);
}
inline Octets server_hello(std::uint16_t legacy, const Octets& extensions,
                           const Octets& random = fill(32, 0x33)) {
  Octets body;
  put(body, legacy, 2);
  put(body, random);
  put(body, Octets{0});
  put(body, Octets{0x13, 1, 0});
  if (!extensions.empty()) {
    put(body, extensions.size(), 2);
    put(body, extensions);
  }
  return message(2, body);
}
inline Octets selected_version(std::uint16_t version) {
  Octets body;
  put(body, version, 2);
  return extension(43, body);
}
inline Octets retry_random() {
  return {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
          0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
          0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
}
inline Octets operator+(Octets a, const Octets& b) {
  put(a, b);
  return a;
}
inline Octets cipher_spec() {
  return record(kCipherSpec, {1});
}
inline Octets finished13() {
  return record(kAppData, fill(53, 0xee));
}

}  // namespace netlat::test
