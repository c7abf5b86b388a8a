#include "tools/top/player.h"

#include <algorithm>
#include <utility>

namespace netlat {

namespace {

// When a record would have been written; what has no time comes first.
Stamp time_of(const Record& record) {
  if (const auto* i = std::get_if<IntervalRecord>(&record)) return i->end;
  if (const auto* f = std::get_if<FlowRow>(&record)) return f->end_time;
  if (const auto* a = std::get_if<AlertRecord>(&record)) return a->time;
  if (const auto* n = std::get_if<NoticeRecord>(&record)) return n->time;
  return Stamp::min();
}

}  // namespace

void Player::add(Record record) {
  // A replay has an end, but not before it is played.
  if (std::holds_alternative<EndRecord>(record)) return;
  const auto* interval = std::get_if<IntervalRecord>(&record);
  if (interval != nullptr && interval->whole_run) return;
  const Stamp time = time_of(record);
  records_.push_back({time, std::move(record)});
}

void Player::ready() {
  std::stable_sort(
      records_.begin(), records_.end(),
      [](const Timed& a, const Timed& b) { return a.time < b.time; });
  ready_ = true;
  const auto first =
      std::find_if(records_.begin(), records_.end(), [](const Timed& r) {
        return std::holds_alternative<IntervalRecord>(r.record);
      });
  if (first != records_.end()) {
    from_ = std::get<IntervalRecord>(first->record).start;
  }
}

Nanos Player::length() const {
  return records_.empty() || records_.back().time < from_
             ? Nanos{0}
             : records_.back().time - from_;
}

Stamp Player::due(Clock::time_point now) const {
  if (!since_) return from_;
  const std::chrono::duration<double, std::nano> passed = now - *since_;
  return from_ + Nanos{static_cast<std::int64_t>(passed.count() * speed_)};
}

bool Player::play(Clock::time_point now, Model& model) {
  if (!ready_) return false;
  if (!since_) since_ = now;
  const Stamp until = due(now);
  const std::size_t before = next_;
  while (next_ < records_.size() && records_[next_].time <= until) {
    model.apply(std::move(records_[next_++].record));
  }
  return next_ != before;
}

void Player::play_all(Model& model) {
  while (next_ < records_.size()) {
    model.apply(std::move(records_[next_++].record));
  }
}

void Player::skip(Nanos step, Clock::time_point now) {
  from_ = due(now) + step;
  since_ = now;
}

void Player::set_speed(double speed, Clock::time_point now) {
  from_ = due(now);
  since_ = now;
  speed_ = std::clamp(speed, 0.125, 1024.0);
}

}  // namespace netlat
