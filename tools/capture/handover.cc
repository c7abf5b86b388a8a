#include "tools/capture/handover.h"

#include <utility>

namespace netlat {

void Bell::ring() {
  {
    const std::lock_guard lock(mutex_);
    ringing_ = true;
  }
  rung_.notify_one();
}

void Bell::wait(Nanos most) {
  std::unique_lock lock(mutex_);
  rung_.wait_for(lock, most, [this] { return ringing_; });
  ringing_ = false;
}

void Handover::put(Findings& findings) {
  pieces_ += static_cast<int>(findings.pieces.size());
  given_.append(findings);
  any_ = true;
}

void Handover::give(Findings& findings) {
  {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return;
    put(findings);
  }
  bell_.ring();
}

void Handover::give_last(Findings& findings) {
  {
    const std::lock_guard lock(mutex_);
    put(findings);
  }
  bell_.ring();
}

std::optional<Orders> Handover::take_orders_there() {
  const std::lock_guard lock(mutex_);
  ordered_ = false;
  return std::exchange(orders_, {});
}

bool Handover::take(Findings& into) {
  const std::lock_guard lock(mutex_);
  if (!any_) return false;
  any_ = false;
  into = std::exchange(given_, {});
  return true;
}

std::uint64_t Handover::order(const SharedZones& zones) {
  const std::lock_guard lock(mutex_);
  orders_.zones = zones;
  ordered_ = true;
  return ++orders_given_;
}

void Handover::order(const RecordingOrder& recording) {
  const std::lock_guard lock(mutex_);
  orders_.recording = recording;
  ordered_ = true;
}

}  // namespace netlat
