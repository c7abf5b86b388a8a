#include "netlat/term/packed_octets.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <functional>
#include <limits>

namespace netlat {

namespace {

using Number = std::uint32_t;
constexpr std::size_t kMost = std::numeric_limits<Number>::max();
constexpr std::size_t kHead = 2 * sizeof(Number);

std::atomic_ref<Number> owners(char* data) {
  return std::atomic_ref(*static_cast<Number*>(static_cast<void*>(data)));
}

}  // namespace

PackedOctets::PackedOctets(std::string_view octets) {
  if (octets.empty()) return;
  const std::array<Number, 2> head = {
      1, static_cast<Number>(std::min(octets.size(), kMost))};
  data_ = new char[kHead + head[1]];
  std::memcpy(data_, head.data(), kHead);
  std::memcpy(data_ + kHead, octets.data(), head[1]);
}

PackedOctets::PackedOctets(const PackedOctets& other) noexcept
    : data_(other.data_) {
  if (data_ != nullptr) owners(data_).fetch_add(1, std::memory_order_relaxed);
}

PackedOctets::~PackedOctets() {
  if (data_ == nullptr) return;
  if (owners(data_).fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete[] data_;
  }
}

std::string_view PackedOctets::view() const noexcept {
  if (data_ == nullptr) return {};
  Number size = 0;
  std::memcpy(&size, data_ + sizeof(Number), sizeof size);
  return {data_ + kHead, size};
}

std::size_t PackedOctets::memory_bytes() const noexcept {
  if (data_ == nullptr) return 0;
  // What malloc adds, and rounds up to.
  constexpr std::size_t kAdded = 8, kStep = 16, kLeast = 32;
  const std::size_t used = kAdded + kHead + view().size();
  return std::max((used + kStep - 1) / kStep * kStep, kLeast) /
         owners(data_).load(std::memory_order_relaxed);
}

PackedOctets OctetPool::share(PackedOctets octets) {
  const std::string_view view = octets.view();
  const std::size_t place = std::hash<std::string_view>()(view) % kPlaces;
  if (lately_[place].view() != view) lately_[place] = std::move(octets);
  return lately_[place];
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
