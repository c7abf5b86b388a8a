#include "netlat/base/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace netlat {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // inet_pton wants a terminator; no valid address is longer than this.
  char buffer[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof buffer) return std::nullopt;
  text.copy(buffer, text.size());
  buffer[text.size()] = '\0';

  std::uint8_t octets[16];
  if (inet_pton(AF_INET, buffer, octets) == 1) return v4(octets);
  if (inet_pton(AF_INET6, buffer, octets) == 1) return v6(octets);
  return std::nullopt;
}

std::string IpAddress::text() const {
  const auto b = bytes();
  char buffer[INET6_ADDRSTRLEN];
  if (is_v4()) {
    char* at = buffer;
    for (std::size_t i = 12; i < b.size(); ++i) {
      if (i > 12) *at++ = '.';
      at = std::to_chars(at, std::end(buffer), b[i]).ptr;
    }
    return {buffer, at};
  }
  inet_ntop(AF_INET6, b.data(), buffer, sizeof buffer);
  return buffer;
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Prefix{*address, 128};

  const auto digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const unsigned most = address->is_v4() ? 32 : 128;
  if (error != std::errc{} || end != digits.data() + digits.size() ||
      bits > most) {
    return std::nullopt;
  }
  return Prefix{*address, static_cast<std::uint8_t>(128 - most + bits)};
}

bool Prefix::contains(const IpAddress& a) const noexcept {
  const auto mine = address.bytes();
  const auto theirs = a.bytes();
  const std::size_t whole = length / 8;
  for (std::size_t i = 0; i < whole; ++i) {
    if (mine[i] != theirs[i]) return false;
  }
  const unsigned rest = length % 8;
  return rest == 0 || (mine[whole] ^ theirs[whole]) >> (8 - rest) == 0;
}

std::string endpoint_text(const IpAddress& address, Port port) {
  if (address.is_v4()) return fmt::format("{}:{}", address.text(), port);
  return fmt::format("[{}]:{}", address.text(), port);
}

}  // namespace netlat
