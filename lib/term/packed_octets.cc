#include "netlat/term/packed_octets.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace netlat {

namespace {

using Size = std::uint32_t;
constexpr std::size_t kMost = std::numeric_limits<Size>::max();

}  // namespace

PackedOctets::PackedOctets(std::string_view octets) {
  if (octets.empty()) return;
  const auto size = static_cast<Size>(std::min(octets.size(), kMost));
  data_.reset(new char[sizeof size + size]);
  std::memcpy(data_.get(), &size, sizeof size);
  std::memcpy(data_.get() + sizeof size, octets.data(), size);
}

PackedOctets& PackedOctets::operator=(const PackedOctets& other) {
  if (this != &other) *this = PackedOctets(other.view());
  return *this;
}

std::string_view PackedOctets::view() const noexcept {
  if (!data_) return {};
  Size size = 0;
  std::memcpy(&size, data_.get(), sizeof size);
  return {data_.get() + sizeof size, size};
}

std::size_t PackedOctets::memory_bytes() const noexcept {
  if (!data_) return 0;
  // What malloc adds, and rounds up to.
  constexpr std::size_t kHead = 8, kStep = 16, kLeast = 32;
  const std::size_t used = kHead + sizeof(Size) + view().size();
  return std::max((used + kStep - 1) / kStep * kStep, kLeast);
}

void put_number(std::string& octets, std::uint64_t value) {
  while (value >= 0x80) {
    octets += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  octets += static_cast<char>(value);
}

void put_signed(std::string& octets, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  put_number(octets, (bits << 1) ^ (0 - (bits >> 63)));
}

std::string_view OctetReader::octets(std::size_t size) noexcept {
  const std::string_view taken(
      at_, std::min(size, static_cast<std::size_t>(end_ - at_)));
  at_ += taken.size();
  return taken;
}

}  // namespace netlat
