#pragma once
// Entries by keys that strangers choose, in bounded memory.

#include <cstddef>
#include <map>

namespace netlat {

/// A map that stops taking new keys when it has `most` of them.
template <class Key, class Value, std::size_t most>
class BoundedMap {
 public:
  static constexpr std::size_t kMost = most;

  /// The entry of `key`; if it is new and there is no room left, that of
  /// `beyond`, of which there should be few.
  Value& at(const Key& key, const Key& beyond) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) return found->second;
    return entries_[entries_.size() < most ? key : beyond];
  }
  const std::map<Key, Value>& entries() const noexcept { return entries_; }

 private:
  std::map<Key, Value> entries_;
};

}  // namespace netlat
