#pragma once
// How many different keys there were, in bounded memory.
//
// Problem: a router that rejects every packet of a scan names as many flows as
// there are packets.  Method: the keys' hashes are kept in order, up to kMost
// of them; beyond, the count stands still and means "or more".  Bias: keys of
// equal hash count as one, which among kMost keyed 64-bit hashes has a chance
// of 2^-12 at worst.  Cost: a search of ten steps, and a move of up to 8 kB
// for a key that is new.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace netlat {

class DistinctCount {
 public:
  static constexpr std::size_t kMost = 1024;

  void add(std::uint64_t hash) {
    if (hashes_.size() == kMost) return;
    const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
    if (at == hashes_.end() || *at != hash) hashes_.insert(at, hash);
  }
  /// What another counted, by the same hash or by one that shares no key.
  void merge(const DistinctCount& other) {
    for (const std::uint64_t hash : other.hashes_) add(hash);
  }
  /// kMost: that many or more.
  std::size_t count() const noexcept { return hashes_.size(); }

 private:
  std::vector<std::uint64_t> hashes_;
};

}  // namespace netlat
