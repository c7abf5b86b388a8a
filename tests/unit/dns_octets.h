#pragma once
// DNS messages for the tests: header and question, as on the wire.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "tests/unit/app_segments.h"

namespace netlat::test {

inline Octets wire_name(std::string_view name) {
  Octets out;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    put(out, dot, 1);
    put(out, name.substr(0, dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  out.push_back(0);
  return out;
}

struct DnsOctets {
  std::uint16_t id = 1;
  std::uint16_t flags = 0x0100;
  std::uint16_t questions = 1;
  Octets name = wire_name("www.example.com");
  std::uint16_t qtype = 1, qclass = 1;

  Octets octets() const {
    Octets out;
    put(out, id, 2);
    put(out, flags, 2);
    put(out, questions, 2);
    put(out, 0, 6);
    if (questions > 0) {
      put(out, name);
      put(out, qtype, 2);
      put(out, qclass, 2);
    }
    return out;
  }
};
inline constexpr std::uint16_t kResponse = 0x8180;

}  // namespace netlat::test
