#pragma once
// Numbers in few octets: seven bits an octet, the lowest first (LEB128).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace netlat {

/// Octets that do not change, on the heap; a pointer where they are kept.
/// Copies are the same octets.
class PackedOctets {
 public:
  PackedOctets() = default;
  explicit PackedOctets(std::string_view octets);
  PackedOctets(const PackedOctets& other) noexcept;
  PackedOctets(PackedOctets&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)) {}
  PackedOctets& operator=(PackedOctets other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  ~PackedOctets();

  bool empty() const noexcept { return data_ == nullptr; }
  std::string_view view() const noexcept;
  /// On the heap, its part of what it has in common with others.
  std::size_t memory_bytes() const noexcept;

 private:
  // How many share them, their number, then they; null: none.
  char* data_ = nullptr;
};

/// Finds octets that are there already: what happens between two zones is
/// often what happens to one server.  Only lately seen ones are found.
class OctetPool {
 public:
  /// The same octets, those of an earlier call if it had the same.
  PackedOctets share(PackedOctets octets);

 private:
  static constexpr std::size_t kPlaces = 1024;
  std::vector<PackedOctets> lately_{kPlaces};  // by a hash of what they are
};

/// Appends one number.
void put_number(std::string& octets, std::uint64_t value);
/// The same of a number that may be negative, small near zero.
void put_signed(std::string& octets, std::int64_t value);

/// Takes off the front what was put, in the same order; zeros beyond the end.
class OctetReader {
 public:
  explicit OctetReader(std::string_view octets)
      : at_(octets.data()), end_(at_ + octets.size()) {}

  bool at_end() const noexcept { return at_ == end_; }
  std::uint8_t octet() noexcept {
    return at_ == end_ ? 0 : static_cast<std::uint8_t>(*at_++);
  }
  std::uint64_t number() noexcept {
    std::uint64_t value = octet();
    if (value < 0x80) [[likely]]
      return value;
    value &= 0x7f;
    for (int shift = 7; shift < 64; shift += 7) {
      const std::uint8_t next = octet();
      value |= std::uint64_t{next & 0x7fu} << shift;
      if (next < 0x80) break;
    }
    return value;
  }
  std::int64_t signed_number() noexcept {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
  }
  /// What is left.
  std::string_view rest() const noexcept {
    return {at_, static_cast<std::size_t>(end_ - at_)};
  }
  /// `size` octets, or as many as there are.
  std::string_view octets(std::size_t size) noexcept;

 private:
  const char *at_, *end_;
};

}  // namespace netlat
