#pragma once
// Small numbers in few bits (Rice codes): the lower bits as they are, how many
// of what is above them in unary.  The number of lower bits follows the
// numbers that came before, so that none has to be written down.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace netlat {

/// As many lower bits as the numbers lately took; alike where they are written
/// and where they are read.
class RiceWidth {
 public:
  unsigned bits() const noexcept {
    const auto width = static_cast<unsigned>(std::bit_width((sum_ + 2) / 4));
    return std::min(width == 0 ? 0 : width - 1, kMostBits);
  }
  void follow(std::uint64_t number) noexcept { sum_ += number - sum_ / 4; }

 private:
  static constexpr unsigned kMostBits = 32;
  // Four times their mean, of which each has a fourth: at first of two.
  std::uint64_t sum_ = 8;
};

/// Above so many in unary, a number is written in whole.
inline constexpr unsigned kMostUnary = 12;
/// Of the length of such a number, less one.
inline constexpr unsigned kLengthBits = 6;

class BitWriter {
 public:
  /// Appends to `octets`, which must outlive it, by finish() at the latest.
  explicit BitWriter(std::string& octets) : octets_(octets) {}

  /// The `width` lowest bits of `value`, at most 32.
  void put(std::uint64_t value, unsigned width) {
    held_ |= (value & ((std::uint64_t{1} << width) - 1)) << used_;
    used_ += width;
    while (used_ >= 8) {
      octets_ += static_cast<char>(held_ & 0xff);
      held_ >>= 8;
      used_ -= 8;
    }
  }
  void put_rice(std::uint64_t value, unsigned lower) {
    const std::uint64_t above = value >> lower;
    if (above < kMostUnary) {
      put(std::uint64_t{1} << above, static_cast<unsigned>(above) + 1);
      return put(value, lower);
    }
    put(0, kMostUnary);
    const auto width = static_cast<unsigned>(std::bit_width(value));
    put(width - 1, kLengthBits);
    put(value, std::min(width, 32u));
    if (width > 32) put(value >> 32, width - 32);
  }
  void finish() {
    if (used_ > 0) octets_ += static_cast<char>(held_);
    held_ = used_ = 0;
  }

 private:
  std::string& octets_;
  std::uint64_t held_ = 0;
  unsigned used_ = 0;
};

/// Reads what a BitWriter has written; zeros beyond its end.
class BitReader {
 public:
  explicit BitReader(std::string_view octets)
      : at_(octets.data()), end_(at_ + octets.size()) {}

  /// `width` at most 32.
  std::uint64_t take(unsigned width) noexcept {
    fill();
    const std::uint64_t value = held_ & ((std::uint64_t{1} << width) - 1);
    drop(width);
    return value;
  }
  std::uint64_t take_rice(unsigned lower) noexcept {
    fill();
    const auto above = static_cast<unsigned>(
        std::countr_zero(held_ | std::uint64_t{1} << kMostUnary));
    if (above < kMostUnary) [[likely]] {
      // Both fit what is held: see kMostBits of RiceWidth.
      const std::uint64_t low = held_ >> (above + 1);
      drop(above + 1 + lower);
      return std::uint64_t{above} << lower |
             (low & ((std::uint64_t{1} << lower) - 1));
    }
    drop(kMostUnary);
    const auto width = static_cast<unsigned>(take(kLengthBits)) + 1;
    const std::uint64_t low = take(std::min(width, 32u));
    return width > 32 ? low | take(width - 32) << 32 : low;
  }

 private:
  // So that 56 bits are held at least.
  void fill() noexcept {
    if (end_ - at_ >= 8) [[likely]] {
      // Octets that are in part held already are taken in once more.
      std::array<std::uint8_t, 8> next{};
      std::memcpy(next.data(), at_, next.size());
      held_ |= little_endian(next) << left_;
      const unsigned taken = (63 - left_) / 8;
      at_ += taken;
      left_ += 8 * taken;
      return;
    }
    for (; left_ <= 56 && at_ != end_; left_ += 8) {
      held_ |= std::uint64_t{static_cast<std::uint8_t>(*at_++)} << left_;
    }
    if (at_ == end_) left_ = 63;
  }
  static std::uint64_t little_endian(
      const std::array<std::uint8_t, 8>& octets) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) {
      value |= std::uint64_t{octets[i]} << (8 * i);
    }
    return value;
  }
  void drop(unsigned width) noexcept {
    held_ >>= width;
    left_ -= width;
  }

  const char *at_, *end_;
  std::uint64_t held_ = 0;
  unsigned left_ = 0;  // bits of held_ that are taken in for good
};

}  // namespace netlat
