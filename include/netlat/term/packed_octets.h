#pragma once
// Numbers in few octets: seven bits an octet, the lowest first (LEB128).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace netlat {

/// Octets of a fixed number, on the heap; a pointer where they are kept.
class PackedOctets {
 public:
  PackedOctets() = default;
  explicit PackedOctets(std::string_view octets);
  PackedOctets(const PackedOctets& other) : PackedOctets(other.view()) {}
  PackedOctets(PackedOctets&&) noexcept = default;
  PackedOctets& operator=(const PackedOctets& other);
  PackedOctets& operator=(PackedOctets&&) noexcept = default;
  ~PackedOctets() = default;

  bool empty() const noexcept { return !data_; }
  std::string_view view() const noexcept;
  /// On the heap.
  std::size_t memory_bytes() const noexcept;

 private:
  // Their number in four octets, then they; null: none.
  std::unique_ptr<char[]> data_;
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
