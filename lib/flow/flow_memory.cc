// The memory side of the flow table: giving out connections, giving them up.

#include <algorithm>
#include <array>
#include <new>

#include "lib/flow/flow_lookup.h"
#include "lib/flow/tcp_engine.h"
#include "netlat/flow/flow_table.h"

namespace netlat {

std::size_t FlowTable::memory_bytes() const noexcept {
  return slots_.size() * sizeof(Slot) + live_ * sizeof(Connection) +
         half_open_.slots() * sizeof(HalfOpen) + engine_->memory_bytes();
}

bool FlowTable::over_limit() const noexcept {
  const std::size_t used =
      (live_ + 1) * (sizeof(Connection) + kSlotCost) + engine_->memory_bytes();
  return used > limits_.memory / 4 * 3;
}

void FlowTable::make_room() {
  while (over_limit()) {
    if (limits_.memory < limits_.memory_ceiling) {
      limits_.memory = std::min(limits_.memory * 2, limits_.memory_ceiling);
    } else if (live_ > 0) {
      evict_connection();
    } else {
      break;
    }
  }
}

std::uint32_t FlowTable::allocate() {
  make_room();
  const std::size_t octets = (std::size_t{next_} + 1) * sizeof(Connection);
  if (free_.empty() && !connections_.grow(octets)) {
    if (live_ == 0) throw std::bad_alloc();
    evict_connection();
  }
  std::uint32_t index = next_;
  if (free_.empty()) {
    ++next_;
    in_use_.push_back(true);
  } else {
    index = free_.back();
    free_.pop_back();
    in_use_[index] = true;
  }
  new (connections_.at(index * sizeof(Connection))) Connection();
  ++live_;
  return index;
}

void FlowTable::release(std::uint32_t index) {
  Connection& c = connection(index);
  engine_->release(c);
  c.~Connection();
  in_use_[index] = false;
  free_.push_back(index);
  --live_;
}

void FlowTable::evict_connection() {
  for (;;) {
    if (hand_ >= next_) hand_ = 0;
    const std::uint32_t index = hand_++;
    if (!in_use_[index]) continue;
    Connection& c = connection(index);
    if (c.recently_used && !c.closed()) {
      c.recently_used = false;
      continue;
    }
    c.evicted = true;
    ++counters_.evicted;
    end_connection(index);
    return;
  }
}

void FlowTable::evict_half_open() {
  if (half_open_.size() == 0) return;
  ++counters_.half_open_evicted;
  end_half_open(half_open_.oldest());
}

void FlowTable::finish() {
  counters_.half_open = half_open_.size();
  struct Entry {
    std::uint32_t id, ref;
  };
  std::vector<Entry> order;
  order.reserve(live_ + half_open_.size());
  for (std::uint32_t i = 0; i < next_; ++i) {
    if (in_use_[i]) order.push_back({connection(i).id, i});
  }
  for (std::uint32_t i = 0; i < half_open_.slots(); ++i) {
    if (half_open_.at(i).syns != 0) {
      order.push_back({half_open_.at(i).id, i | kHalf});
    }
  }
  std::sort(order.begin(), order.end(),
            [](const Entry& a, const Entry& b) { return a.id < b.id; });
  // The end of a capture ends all of them at once, out of memory and not out
  // of cache: each is fetched while others before it are at work.
  constexpr std::size_t kAhead = 3;
  const auto look_ahead = [&](std::size_t i) {
    for (unsigned rank = 0; rank < FlowListener::kExpectations; ++rank) {
      const std::size_t at = i + (FlowListener::kExpectations - rank) * kAhead;
      if (at >= order.size() || (order[at].ref & kHalf) != 0) continue;
      if (rank == 0) fetch(connection(order[at].ref));
      listener_.expect(order[at].ref, rank);
    }
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    look_ahead(i);
    const Entry& entry = order[i];
    const std::uint32_t index = entry.ref & ~kHalf;
    if (entry.ref & kHalf) {
      listener_.unanswered(half_open_.at(index), half_open_.retry(index));
      half_open_.remove(index);
    } else {
      listener_.finished(connection(index), index);
      release(index);
    }
  }
  std::fill(slots_.begin(), slots_.end(), Slot{});
  used_slots_ = 0;
}

}  // namespace netlat
