#pragma once
// A keyed hash for tables whose keys a stranger chooses.
//
// Problem: with a known hash an attacker sends addresses that all fall into
// one bucket and the table turns into a list.  Method: NH, the universal hash
// of UMAC (Black, Halevi, Krawczyk, Krovetz, Rogaway 1999): pairs of message
// words are added to secret key words and multiplied.  For any two different
// keys chosen without knowledge of the secret the chance to collide in the
// low bits is about 2^-32.  The secret is drawn per table from the kernel.
// Cost: one 64x64 multiply per 16 octets, no tables, no loop for fixed sizes.
// Bias: NH alone mixes low bits poorly, so the sum is folded once more.

#include <array>
#include <cstddef>
#include <cstdint>

namespace netlat {

class KeyedHash {
 public:
  /// A fresh secret from getrandom(2).
  KeyedHash();
  /// A fixed secret, for tests that need the same order each run.
  explicit KeyedHash(std::uint64_t seed);

  /// 64 bits over two words.
  std::uint64_t operator()(std::uint64_t a, std::uint64_t b) const noexcept {
    return fold(fold(a + key_[0], b + key_[1]) + key_[4], key_[5]);
  }
  /// 64 bits over six words.
  std::uint64_t operator()(
      const std::array<std::uint64_t, 6>& words) const noexcept {
    const std::uint64_t sum = fold(words[0] + key_[0], words[1] + key_[1]) +
                              fold(words[2] + key_[2], words[3] + key_[3]) +
                              fold(words[4] + key_[6], words[5] + key_[7]);
    return fold(sum + key_[4], key_[5]);
  }

 private:
  static std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^
           static_cast<std::uint64_t>(product >> 64);
  }
  std::array<std::uint64_t, 8> key_;
};

}  // namespace netlat
