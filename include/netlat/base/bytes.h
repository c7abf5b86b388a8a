#pragma once
// Big-endian and native-order reads over borrowed bytes.
//
// Wire formats are read here and nowhere else.  The load functions are one
// machine load each; they do not check, so a caller checks a whole header once
// and then reads its fields.  `ByteReader` is for variable parts: it checks
// each read and, once short, stays short.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace netlat {

/// Borrowed octets.  The holder says until when they are valid.
using Bytes = std::span<const std::uint8_t>;

namespace detail {
template <class T>
inline T load(const std::uint8_t* p, std::endian order) noexcept {
  T v;
  std::memcpy(&v, p, sizeof v);
  if (order == std::endian::native) return v;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(v);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(v);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(v);
}
}  // namespace detail

// Requires: as many octets as the type has are readable at `p`.
inline std::uint16_t load_be16(const std::uint8_t* p) noexcept {
  return detail::load<std::uint16_t>(p, std::endian::big);
}
inline std::uint32_t load_be32(const std::uint8_t* p) noexcept {
  return detail::load<std::uint32_t>(p, std::endian::big);
}
inline std::uint64_t load_be64(const std::uint8_t* p) noexcept {
  return detail::load<std::uint64_t>(p, std::endian::big);
}
inline std::uint32_t load_be24(const std::uint8_t* p) noexcept {
  return std::uint32_t{p[0]} << 16 | std::uint32_t{p[1]} << 8 | p[2];
}

/// Fields whose byte order the file states: pcap and pcapng headers.
template <class T>
inline T load_as(const std::uint8_t* p, std::endian order) noexcept {
  return detail::load<T>(p, order);
}

/// A cursor that cannot leave its bytes.  After a read past the end every
/// further read gives 0 and ok() is false, so a parser may read a group of
/// fields and check once.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) noexcept : bytes_(bytes) {}

  bool ok() const noexcept { return ok_; }
  std::size_t remaining() const noexcept { return bytes_.size() - at_; }
  std::size_t offset() const noexcept { return at_; }

  std::uint8_t u8() noexcept {
    return take(1) ? bytes_[at_ - 1] : std::uint8_t{0};
  }
  std::uint16_t u16() noexcept {
    return take(2) ? load_be16(&bytes_[at_ - 2]) : std::uint16_t{0};
  }
  std::uint32_t u24() noexcept {
    return take(3) ? load_be24(&bytes_[at_ - 3]) : 0;
  }
  std::uint32_t u32() noexcept {
    return take(4) ? load_be32(&bytes_[at_ - 4]) : 0;
  }
  std::uint64_t u64() noexcept {
    return take(8) ? load_be64(&bytes_[at_ - 8]) : 0;
  }
  void skip(std::size_t n) noexcept { take(n); }
  /// The next n octets, empty when there are fewer.
  Bytes bytes(std::size_t n) noexcept {
    return take(n) ? bytes_.subspan(at_ - n, n) : Bytes{};
  }

 private:
  bool take(std::size_t n) noexcept {
    if (!ok_ || n > remaining()) {
      ok_ = false;
      at_ = bytes_.size();
      return false;
    }
    at_ += n;
    return true;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace netlat
