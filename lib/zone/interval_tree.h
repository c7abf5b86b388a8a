#pragma once
// Which of many intervals a number lies in.
//
// Problem: a map of two million prefixes does not fit a cache, a binary
// search over it misses the cache at almost every step, and a table indexed
// by address octets (DIR-24-8) takes 64 MiB for ten prefixes and does not
// reach IPv6.  Method: prefixes become intervals that do not overlap (Lampson,
// Srinivasan, Varghese: IP Lookups using Multiway and Multicolumn Search, IEEE
// INFOCOM 1998), and the starts of the intervals become a search tree without
// pointers, whose nodes are cache lines (Rao, Ross: Cache Conscious Indexing
// for Decision-Support in Main Memory, VLDB 1999).  A node has 16 keys and so
// 17 children; within it all keys are compared, without a branch.
// Cost: four million intervals of IPv4 make six levels.  All but the lowest
// take 1 MiB, which stays in the second-level cache, so a lookup waits for
// memory once for the keys of a leaf and once for its value, which stand
// beside each other.  IPv6 keys take four lines a node, which are fetched
// together.  12 octets an IPv4 interval, 24 an IPv6 one, and a sixteenth.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace netlat {

__extension__ using Wide = unsigned __int128;

/// Key is an unsigned number; Value is small and copied.
template <class Key, class Value>
class IntervalTree {
 public:
  struct Interval {
    Key start;
    Value value;
  };

  /// Requires: not empty, the first starts at 0, starts ascend.
  explicit IntervalTree(const std::vector<Interval>& intervals) {
    size_ = intervals.size();
    leaves_.resize(blocks_of(size_, kKeys));
    for (std::size_t i = 0; i < leaves_.size() * kKeys; ++i) {
      Leaf& leaf = leaves_[i / kKeys];
      leaf.keys[i % kKeys] = i < size_ ? intervals[i].start : kLast;
      if (i < size_) leaf.values[i % kKeys] = intervals[i].value;
    }
    std::vector<Key> firsts;
    for (const Leaf& leaf : leaves_) firsts.push_back(leaf.keys[0]);
    while (firsts.size() > 1) firsts = add_level(firsts);
    std::reverse(levels_.begin(), levels_.end());
  }

  /// The value of the interval that holds `key`.
  const Value& find(Key key) const noexcept {
    std::size_t block = 0;
    for (const Level& level : levels_) {
      block = block * kChildren + not_above(level.nodes[block].keys, key);
      block = std::min(block, level.children - 1);
    }
    const Leaf& leaf = leaves_[block];
    // Padding equals the largest key and stands after every interval.
    const std::size_t at = block * kKeys + not_above(leaf.keys, key) - 1;
    return leaf.values[std::min(at, size_ - 1) - block * kKeys];
  }

 private:
  static constexpr std::size_t kKeys = 16, kChildren = kKeys + 1;
  static constexpr Key kLast = static_cast<Key>(~Key{0});
  using Keys = std::array<Key, kKeys>;

  struct alignas(64) Leaf {
    Keys keys;
    std::array<Value, kKeys> values;
  };
  struct alignas(64) Node {
    Keys keys;  // the first key of each child but the first
  };
  struct Level {
    std::vector<Node> nodes;
    std::size_t children;
  };

  static std::size_t blocks_of(std::size_t n, std::size_t each) {
    return (n + each - 1) / each;
  }
  static std::size_t not_above(const Keys& keys, Key key) noexcept {
    std::size_t n = 0;
    for (const Key k : keys) n += k <= key ? 1 : 0;
    return n;
  }
  // A level above blocks that start at `firsts`; returns its own starts.
  std::vector<Key> add_level(const std::vector<Key>& firsts) {
    Level level;
    level.children = firsts.size();
    level.nodes.resize(blocks_of(firsts.size(), kChildren));
    std::vector<Key> own;
    for (std::size_t n = 0; n < level.nodes.size(); ++n) {
      const std::size_t child = n * kChildren;
      own.push_back(firsts[child]);
      for (std::size_t k = 0; k < kKeys; ++k) {
        const std::size_t next = child + 1 + k;
        level.nodes[n].keys[k] = next < firsts.size() ? firsts[next] : kLast;
      }
    }
    levels_.push_back(std::move(level));
    return own;
  }

  std::size_t size_ = 0;
  std::vector<Level> levels_;  // the root first
  std::vector<Leaf> leaves_;
};

}  // namespace netlat
