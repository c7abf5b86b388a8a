#include "lib/flow/spin_observer.h"

#include <bit>

#include "lib/flow/elapsed.h"

namespace netlat {
namespace {

constexpr std::uint8_t kConfirm = 3;
constexpr std::uint8_t kHistory = 32;
constexpr int kManyChanges = 8;
constexpr int kRandomChanges = 12;
// Estimates move by this fraction, edges nearer than it are no edges.
constexpr int kFraction = 8;
constexpr int kIdleFraction = 4;

// Among kHistory packets there are kHistory - 1 places for a change.
int changes(std::uint32_t history) {
  return std::popcount((history ^ history >> 1) & 0x7fffffffu);
}

}  // namespace

void SpinObserver::set_estimate(Nanos rtt) {
  if (estimate_ == Nanos{0}) estimate_ = rtt;
}

bool SpinObserver::too_soon(Stamp from, Stamp to) const {
  return elapsed(from, to) < estimate_ / kFraction;
}

bool SpinObserver::steady(const Side& side) const {
  return side.seen == kHistory && changes(side.history) < kManyChanges;
}

// Accounts for one packet; true if its sender was silent before it.
bool SpinObserver::note_packet(Side& side, Stamp now, bool bit) {
  const Nanos gap = elapsed(side.last, now);
  side.last = now;
  const bool idle = estimate_ > Nanos{0} && gap > estimate_ / kIdleFraction;
  if (idle) return true;
  side.history = side.history << 1 | (bit ? 1u : 0u);
  if (side.seen < kHistory) ++side.seen;
  if (side.seen == kHistory && changes(side.history) >= kRandomChanges) {
    random_ = true;
  }
  return false;
}

SpinSample SpinObserver::advance(Dir dir, Stamp now, bool bit) {
  if (random_) return {};
  Side& side = sides_[static_cast<std::size_t>(dir)];
  Side& other = sides_[static_cast<std::size_t>(opposite(dir))];
  if (!side.started || now < side.last) {
    side = Side{};
    side.started = true;
    side.value = bit;
    side.last = now;
    return {};
  }
  const bool idle = note_packet(side, now, bit);
  SpinSample sample;
  if (side.pending) {
    if (bit != side.value) {
      if (++side.confirmations == kConfirm) sample = confirm(side, other);
      return sample;
    }
    const bool reverted = estimate_ > Nanos{0}
                              ? too_soon(side.pending->time, now)
                              : side.confirmations < kConfirm;
    if (reverted) {
      side.pending.reset();
      lower_estimate();
      return sample;
    }
    sample = confirm(side, other);
  }
  if (bit != side.value) begin_edge(dir, {now, idle});
  return sample;
}

void SpinObserver::begin_edge(Dir dir, Edge edge) {
  Side& side = sides_[static_cast<std::size_t>(dir)];
  const Side& other = sides_[static_cast<std::size_t>(opposite(dir))];
  side.pending = edge;
  side.confirmations = 0;
  side.cause.reset();
  side.pending_too_soon = side.edge && too_soon(side.edge->time, edge.time);
  if (side.pending_too_soon) lower_estimate();
  const std::optional<Edge>& cause = other.pending ? other.pending : other.edge;
  const bool other_value = other.value != other.pending.has_value();
  const bool value = !side.value;
  const bool fits =
      dir == Dir::s2c ? other_value == value : other_value != value;
  const bool later = cause && (!side.edge || cause->time >= side.edge->time);
  if (fits && later && cause->time <= edge.time) side.cause = cause;
}

SpinSample SpinObserver::confirm(Side& side, const Side& other) {
  SpinSample sample;
  const Edge edge = *side.pending;
  side.pending.reset();
  side.value = !side.value;
  if (side.pending_too_soon) {
    // This edge or the one before was none, and it is not known which.
    side.edge.reset();
    side.earlier_edge.reset();
    return sample;
  }
  // The other side may since have taken back the edge that led to this one.
  if (side.cause) {
    const auto same = [&](const std::optional<Edge>& candidate) {
      return candidate && candidate->time == side.cause->time;
    };
    if (!same(other.edge) && !same(other.pending) &&
        !same(other.earlier_edge)) {
      side.cause.reset();
    }
  }
  const bool report = steady(side) && !edge.idle;
  if (report && side.cause) {
    sample.half = elapsed(side.cause->time, edge.time);
  }
  if (side.edge && !edge.idle && !(side.cause && side.cause->idle)) {
    const Nanos interval = elapsed(side.edge->time, edge.time);
    if (report && estimate_ > Nanos{0}) sample.end_to_end = interval;
    refine(interval);
  }
  side.earlier_edge = side.edge;
  side.edge = edge;
  return sample;
}

void SpinObserver::refine(Nanos interval) {
  if (estimate_ == Nanos{0}) {
    estimate_ = interval;
  } else {
    estimate_ += (interval - estimate_) / kFraction;
  }
}

void SpinObserver::lower_estimate() {
  estimate_ -= estimate_ / kFraction;
}

}  // namespace netlat
