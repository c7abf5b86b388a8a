#include "netlat/zone/prefix_text.h"

#include <fmt/format.h>

#include <charconv>

namespace netlat {

namespace {

// The mapped form is read as IPv4 by its address, so that its length, which
// counts all 128 bits, has to be read here.
std::optional<Prefix> read_mapped(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address || !address->is_v4()) return std::nullopt;
  const auto digits = text.substr(slash + 1);
  unsigned length = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc{} || end != digits.data() + digits.size() ||
      length < 96 || length > 128) {
    return std::nullopt;
  }
  return Prefix{*address, static_cast<std::uint8_t>(length)};
}

bool is_mapped_prefix(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || text.find(':') > slash) return false;
  const auto address = IpAddress::parse(text.substr(0, slash));
  return address && address->is_v4();
}

}  // namespace

IpAddress masked(const IpAddress& address, unsigned length) {
  auto octets = address.bytes();
  for (unsigned i = 0; i < octets.size(); ++i) {
    const unsigned kept = length > 8 * i ? length - 8 * i : 0;
    if (kept >= 8) continue;
    octets[i] &= static_cast<std::uint8_t>(0xff00u >> kept);
  }
  return IpAddress::v6(octets.data());
}

std::optional<WrittenPrefix> read_prefix(std::string_view text) {
  const auto prefix =
      is_mapped_prefix(text) ? read_mapped(text) : Prefix::parse(text);
  if (!prefix) return std::nullopt;
  WrittenPrefix written{*prefix, false};
  written.prefix.address = masked(prefix->address, prefix->length);
  written.host_bits = written.prefix.address != prefix->address;
  return written;
}

std::string prefix_text(const Prefix& prefix) {
  const bool v4 = prefix.address.is_v4();
  return fmt::format("{}/{}", prefix.address.text(),
                     v4 ? prefix.length - 96 : prefix.length);
}

}  // namespace netlat
