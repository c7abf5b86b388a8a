#include "lib/probe/registry.h"

#include <sys/random.h>

#include <random>

namespace netlat {

namespace {

std::uint64_t random_cookie() {
  std::uint64_t value = 0;
  if (getrandom(&value, sizeof value, 0) ==
      static_cast<ssize_t>(sizeof value)) {
    return value;
  }
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

SentProbe& Registry::add(std::uint16_t lane) {
  const std::size_t at = next_ % kCapacity;
  if (at >= ring_.size()) {
    ring_.emplace_back();
  } else {
    settle(ring_[at], ProbeState::answered);
    by_cookie_.erase(ring_[at].cookie);
  }
  SentProbe& probe = ring_[at];
  probe = {};
  probe.number = next_++;
  probe.lane = lane;
  if (lane >= outstanding_.size()) outstanding_.resize(lane + std::size_t{1});
  ++outstanding_[lane].count;
  outstanding_[lane].numbers += probe.number;
  do {
    probe.cookie = random_cookie();
  } while (!by_cookie_.emplace(probe.cookie, probe.number).second);
  return probe;
}

void Registry::settle(SentProbe& probe, ProbeState state) {
  if (probe.state == ProbeState::outstanding) {
    --outstanding_[probe.lane].count;
    outstanding_[probe.lane].numbers -= probe.number;
  }
  probe.state = state;
}

void Registry::withdraw() {
  settle(ring_[(next_ - 1) % kCapacity], ProbeState::answered);
}

SentProbe* Registry::find(std::uint64_t number) {
  if (number >= next_ || number < oldest()) return nullptr;
  return &ring_[number % kCapacity];
}

const SentProbe* Registry::find(std::uint64_t number) const {
  if (number >= next_ || number < oldest()) return nullptr;
  return &ring_[number % kCapacity];
}

const SentProbe* Registry::find_cookie(std::uint64_t cookie) const {
  const auto found = by_cookie_.find(cookie);
  return found == by_cookie_.end() ? nullptr : find(found->second);
}

SentProbe* Registry::match(const ProbeMark& mark, std::uint16_t lane,
                           std::uint16_t identifier) {
  SentProbe* probe = nullptr;
  if (mark.cookie) {
    const auto found = by_cookie_.find(*mark.cookie);
    if (found == by_cookie_.end()) return nullptr;
    probe = find(found->second);
    if (probe != nullptr && mark.sequence &&
        *mark.sequence != probe->sequence()) {
      return nullptr;
    }
  } else if (mark.sequence) {
    if (mark.identifier != identifier || next_ == 0) return nullptr;
    const auto back = static_cast<std::uint16_t>((next_ - 1) - *mark.sequence);
    if (back > next_ - 1) return nullptr;
    probe = find(next_ - 1 - back);
  } else {
    probe = only_outstanding(lane);
  }
  if (probe == nullptr || probe->lane != lane ||
      probe->state == ProbeState::answered) {
    return nullptr;
  }
  return probe;
}

SentProbe* Registry::only_outstanding(std::uint16_t lane) {
  if (lane >= outstanding_.size() || outstanding_[lane].count != 1) {
    return nullptr;
  }
  return find(outstanding_[lane].numbers);
}

}  // namespace netlat
