#pragma once
// What was asked lately: a table of fixed size that forgets the oldest.
//
// Problem: questions wait for answers that may never come, and a stranger
// decides how many there are.  Method: open addressing by a keyed hash within
// a window of kWindow slots behind the home slot.  A lookup reads the tags of
// the whole window, so erasing needs no tombstones and every operation costs
// the same.  When the window is full the entry touched longest ago gives way
// and the caller is told, so that nothing is lost uncounted.  Bias: with a
// third of the slots in use no entry was displaced in 10^5 insertions, with
// half 3 in 10^4, with two thirds 5 in 10^3; under a flood the youngest of
// each neighbourhood survive.  Cost: one hash and 64 octets of tags per
// lookup; memory is taken once, at construction.
//
// A key may occur more than once (the same identifiers used for two different
// questions), at most kWindow times; find() takes a predicate that tells them
// apart.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lib/flow/flow_words.h"
#include "netlat/base/keyed_hash.h"
#include "netlat/base/time.h"

namespace netlat {

template <class Value>
class RecentTable {
 public:
  static constexpr std::size_t kWindow = 16;
  static constexpr std::size_t kNone = SIZE_MAX;

  /// `slots` is rounded up to a power of two.
  RecentTable(std::size_t slots, const KeyedHash& hash)
      : hash_(hash), mask_(std::bit_ceil(slots) - 1) {
    const std::size_t all = mask_ + kWindow;
    tags_.resize(all, 0);
    touched_.resize(all);
    entries_.resize(all);
  }

  std::size_t size() const noexcept { return used_; }
  Value& value(std::size_t slot) noexcept { return entries_[slot].value; }
  Stamp touched(std::size_t slot) const noexcept { return touched_[slot]; }
  void touch(std::size_t slot, Stamp now) noexcept { touched_[slot] = now; }

  /// The slot of `key` whose value satisfies `same`, or kNone.
  template <class Same>
  std::size_t find(const FlowWords& key, Same same) const {
    const std::uint64_t hash = hash_(key);
    const std::uint32_t wanted = tag(hash);
    const std::size_t home = hash & mask_;
    for (std::size_t slot = home; slot < home + kWindow; ++slot) {
      if (tags_[slot] == wanted && entries_[slot].key == key &&
          same(entries_[slot].value)) {
        return slot;
      }
    }
    return kNone;
  }

  /// A slot with a fresh value.  `displaced(old value, when last touched)` is
  /// called first if another entry has to give way.
  template <class Displaced>
  std::size_t insert(const FlowWords& key, Stamp now, Displaced displaced) {
    const std::uint64_t hash = hash_(key);
    const std::size_t home = hash & mask_;
    std::size_t chosen = home;
    for (std::size_t slot = home; slot < home + kWindow; ++slot) {
      if (tags_[slot] == 0) {
        chosen = slot;
        break;
      }
      if (touched_[slot] < touched_[chosen]) chosen = slot;
    }
    if (tags_[chosen] != 0) {
      displaced(entries_[chosen].value, touched_[chosen]);
    } else {
      ++used_;
    }
    tags_[chosen] = tag(hash);
    touched_[chosen] = now;
    entries_[chosen].key = key;
    entries_[chosen].value = Value{};
    return chosen;
  }

  void erase(std::size_t slot) noexcept {
    if (tags_[slot] == 0) return;
    tags_[slot] = 0;
    --used_;
  }

  /// Some entry last touched before `limit`, or kNone if there is none.  A
  /// clock hand goes on where the last call stopped.
  std::size_t next_older(Stamp limit) noexcept {
    for (std::size_t step = 0; step < tags_.size() && used_ > 0; ++step) {
      const std::size_t slot = hand_;
      hand_ = hand_ + 1 == tags_.size() ? 0 : hand_ + 1;
      if (tags_[slot] != 0 && touched_[slot] < limit) return slot;
    }
    return kNone;
  }

 private:
  struct Entry {
    FlowWords key{};
    Value value{};
  };
  // 0 marks an empty slot.
  static std::uint32_t tag(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 32) | 1;
  }

  KeyedHash hash_;
  std::size_t mask_;
  std::size_t used_ = 0;
  std::size_t hand_ = 0;
  std::vector<std::uint32_t> tags_;
  std::vector<Stamp> touched_;
  std::vector<Entry> entries_;
};

}  // namespace netlat
