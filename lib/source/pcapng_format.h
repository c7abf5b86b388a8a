#pragma once
// Numbers and layouts of pcapng (draft-ietf-opsawg-pcapng), and a walk over
// the options of a block.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "netlat/base/bytes.h"

namespace netlat::pcapng {

enum BlockType : std::uint32_t {
  kInterfaceDescription = 1,
  kObsoletePacket = 2,
  kSimplePacket = 3,
  kInterfaceStatistics = 5,
  kEnhancedPacket = 6,
  kSectionHeader = 0x0a0d0d0a,  ///< the same in both byte orders
};

inline constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

// Octets of a block up to its options or packet, type and length included.
inline constexpr std::size_t kBlockHeader = 8;
inline constexpr std::size_t kBlockTrailer = 4;
inline constexpr std::size_t kSectionFixed = 24;
inline constexpr std::size_t kInterfaceFixed = 16;
inline constexpr std::size_t kPacketFixed = 28;
inline constexpr std::size_t kSimpleFixed = 12;
inline constexpr std::size_t kStatisticsFixed = 20;
inline constexpr std::size_t kOptionHeader = 4;

enum OptionCode : std::uint16_t {
  kEndOfOptions = 0,
  kComment = 1,
  kInterfaceName = 2,
  kPacketFlags = 2,
  kPacketDropCount = 4,
  kInterfaceDrops = 5,
  kSystemDrops = 7,
  kTimeResolution = 9,
  kTimeOffset = 14,
};

/// Octets up to the next multiple of four, to which everything is padded.
constexpr std::size_t padded(std::size_t n) {
  return (n + 3) & ~std::size_t{3};
}

struct Option {
  std::uint16_t code;
  Bytes value;
};

/// The options of one block, in order.
class OptionWalk {
 public:
  OptionWalk(Bytes options, std::endian order)
      : rest_(options), order_(order) {}

  /// The next option; none at their end.
  std::optional<Option> next() {
    if (rest_.size() < kOptionHeader) return std::nullopt;
    const auto code = load_as<std::uint16_t>(rest_.data(), order_);
    const auto length = load_as<std::uint16_t>(rest_.data() + 2, order_);
    if (code == kEndOfOptions) return std::nullopt;
    rest_ = rest_.subspan(kOptionHeader);
    if (padded(length) > rest_.size()) {
      overruns_ = true;
      return std::nullopt;
    }
    const Option option{code, rest_.first(length)};
    rest_ = rest_.subspan(padded(length));
    return option;
  }

  /// Whether the walk ended at an option longer than what is left.
  bool overruns() const { return overruns_; }

 private:
  Bytes rest_;
  std::endian order_;
  bool overruns_ = false;
};

}  // namespace netlat::pcapng
