#include "netlat/flowlog/sightings.h"

#include <algorithm>
#include <functional>

namespace netlat {

std::uint64_t interface_hash(std::string_view name) noexcept {
  return name.empty() ? 0 : std::hash<std::string_view>{}(name) | 1;
}

void Sightings::add(const LogRecord& record) {
  const std::uint64_t interface = interface_hash(record.interface);
  // Google samples packets and scales the counts up.
  estimated_ = estimated_ || record.provider == LogProvider::gcp;
  std::size_t i = 0;
  while (i < count_ && (seen_[i].interface != interface ||
                        seen_[i].direction != record.direction)) {
    ++i;
  }
  if (i == kMost) {
    more_ = true;
    return;
  }
  if (i == count_) ++count_;
  Sighting& s = seen_[i];
  s.interface = interface;
  s.direction = record.direction;
  s.traffic.bytes += record.bytes;
  s.traffic.packets += record.packets;
  s.first = std::min(s.first, record.start);
  s.last = std::max(s.last, record.end);
}

Traffic Sightings::traffic() const {
  Traffic most;
  for (std::size_t i = 0; i < count_; ++i) {
    if (seen_[i].traffic.bytes >= most.bytes) most = seen_[i].traffic;
  }
  return most;
}

const Sightings::Sighting* Sightings::only(LogDirection direction,
                                           LogDirection opposite) const {
  const Sighting* found = nullptr;
  for (std::size_t i = 0; i < count_; ++i) {
    const Sighting& s = seen_[i];
    if (s.direction != direction) continue;
    const bool passes_on =
        std::any_of(seen_.begin(), seen_.begin() + count_, [&](const auto& t) {
          return t.interface == s.interface && t.direction == opposite;
        });
    if (passes_on) continue;
    if (found != nullptr) return nullptr;
    found = &s;
  }
  return found;
}

std::optional<std::uint64_t> Sightings::lost() const {
  const Sighting* const from =
      only(LogDirection::egress, LogDirection::ingress);
  const Sighting* const to = only(LogDirection::ingress, LogDirection::egress);
  if (from == nullptr || to == nullptr || more_ || estimated_)
    return std::nullopt;
  const auto apart = [](Stamp a, Stamp b) { return a < b ? b - a : a - b; };
  if (apart(from->first, to->first) > kWindow ||
      apart(from->last, to->last) > kWindow) {
    return std::nullopt;
  }
  return from->traffic.packets -
         std::min(from->traffic.packets, to->traffic.packets);
}

bool Sightings::saw(std::uint64_t interface) const {
  return std::any_of(
      seen_.begin(), seen_.begin() + count_,
      [&](const Sighting& s) { return s.interface == interface; });
}

Stamp Sightings::first() const {
  Stamp first = Stamp::max();
  for (const Sighting& s : seen_) first = std::min(first, s.first);
  return first;
}

Stamp Sightings::last() const {
  Stamp last = Stamp::min();
  for (const Sighting& s : seen_) last = std::max(last, s.last);
  return last;
}

}  // namespace netlat
