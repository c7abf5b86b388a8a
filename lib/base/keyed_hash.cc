#include "netlat/base/keyed_hash.h"

#include <sys/random.h>

#include <random>

namespace netlat {

KeyedHash::KeyedHash() {
  const auto wanted = sizeof key_;
  // Before the kernel's pool is ready getrandom waits; an old kernel without
  // it leaves the C++ source, which reads the same pool through a file.
  if (getrandom(key_.data(), wanted, 0) != static_cast<ssize_t>(wanted)) {
    std::random_device device;
    for (auto& word : key_) {
      word = std::uint64_t{device()} << 32 | device();
    }
  }
  key_[5] |= 1;
  key_[7] |= 1;
}

KeyedHash::KeyedHash(std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  for (auto& word : key_) word = generator();
  key_[5] |= 1;
  key_[7] |= 1;
}

}  // namespace netlat
