#pragma once
// A host name as a packet carries it: untrusted octets, held by value.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace netlat {

/// The longest DNS name in dotted text (RFC 1035 2.3.4: 255 octets on the
/// wire, less the first length octet and the root).
inline constexpr std::size_t kMaxName = 253;

/// Up to kMaxName octets of any value.  Shown to a person only as SafeText.
class NameOctets {
 public:
  std::string_view view() const noexcept { return {octets_.data(), size_}; }
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  void clear() noexcept { size_ = 0; }

  /// False, and nothing changes, when the name is full.
  bool push(std::uint8_t octet) noexcept {
    if (size_ == kMaxName) return false;
    octets_[size_++] = static_cast<char>(octet);
    return true;
  }

  friend bool operator==(const NameOctets& a, const NameOctets& b) noexcept {
    return a.view() == b.view();
  }

 private:
  std::array<char, kMaxName> octets_{};
  std::uint8_t size_ = 0;
};

}  // namespace netlat
