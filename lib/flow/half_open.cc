#include "netlat/flow/half_open.h"

#include <algorithm>

namespace netlat {

std::int64_t HalfOpenTable::add(const Segment& syn, const DirectedKey& key,
                                std::uint32_t id) {
  const OptionSet set{syn.tcp.mss, syn.tcp.window_scale,
                      syn.tcp.has_window_scale, syn.tcp.sack_permitted,
                      syn.tcp.has_timestamps};
  auto found = std::find(options_.begin(), options_.end(), set);
  if (found == options_.end()) {
    if (options_.size() >= kOptionSets) return -1;
    found = options_.insert(options_.end(), set);
  }
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  HalfOpen& entry = entries_[index];
  entry = HalfOpen{};
  entry.low = key.key.low;
  entry.high = key.key.high;
  entry.low_port = key.key.low_port();
  entry.high_port = key.key.high_port();
  entry.scope = key.key.scope();
  entry.first_syn = syn.time;
  entry.id = id;
  entry.isn = syn.tcp.seq.value;
  entry.tsval = syn.tcp.tsval;
  entry.frame = static_cast<std::uint32_t>(syn.frame);
  entry.options = static_cast<std::uint8_t>(found - options_.begin());
  entry.syns = 1;
  entry.ip_id = syn.told_ip_id();
  entry.client_is_low = key.sender_is_low;
  ++live_;
  return index;
}

void HalfOpenTable::add_retry(std::uint32_t index, const Segment& syn) {
  HalfOpen& entry = entries_[index];
  if (entry.syns < 63) entry.syns = (entry.syns + 1) & 63;
  entry.ip_id = syn.told_ip_id();
  retries_[index] = {syn.time, syn.frame, syn.tcp.tsval};
}

Segment HalfOpenTable::replay(std::uint32_t index, bool retry) const {
  const HalfOpen& entry = entries_[index];
  const OptionSet& set = options_[entry.options];
  Segment s;
  s.transport = Transport::tcp;
  s.time = entry.first_syn;
  s.frame = entry.frame;
  s.tcp.seq = Seq32{entry.isn};
  s.tcp.flags = kSyn;
  s.tcp.mss = set.mss;
  s.tcp.window_scale = set.window_scale;
  s.tcp.has_window_scale = set.has_window_scale;
  s.tcp.sack_permitted = set.sack_permitted;
  s.tcp.has_timestamps = set.has_timestamps;
  s.tcp.tsval = entry.tsval;
  // What counts on from it is the latest: SYNs lost before it are not data.
  if (retry || entry.syns == 1) {
    s.has_ip_id = entry.ip_id != 0;
    s.ip_id = entry.ip_id;
  }
  if (retry) {
    const SynRetry& latest = retries_.at(index);
    s.time = latest.time;
    s.frame = latest.frame;
    s.tcp.tsval = latest.tsval;
  }
  return s;
}

const SynRetry* HalfOpenTable::retry(std::uint32_t index) const {
  const auto found = retries_.find(index);
  return found == retries_.end() ? nullptr : &found->second;
}

void HalfOpenTable::remove(std::uint32_t index) {
  if (entries_[index].syns > 1) retries_.erase(index);
  entries_[index].syns = 0;
  free_.push_back(index);
  --live_;
}

std::uint32_t HalfOpenTable::oldest() {
  // Entries are handed out in order, so the hand meets the oldest first.
  for (;;) {
    if (hand_ >= entries_.size()) hand_ = 0;
    if (entries_[hand_].syns != 0) return hand_++;
    ++hand_;
  }
}

}  // namespace netlat
