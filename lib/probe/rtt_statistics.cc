#include "netlat/probe/rtt_statistics.h"

#include <cmath>

namespace netlat {

void RttStatistics::add(std::uint32_t round, Nanos rtt) {
  const auto x = static_cast<double>(rtt.count());
  if (count_ > 0 && round == last_round_ + 1) {
    const double difference = std::abs(x - static_cast<double>(last_.count()));
    jitter_ += (difference - jitter_) / 16;
    ++pairs_;
  }
  histogram_.add(rtt);
  ++count_;
  const double old_mean = mean_;
  mean_ += (x - mean_) / static_cast<double>(count_);
  squares_ += (x - old_mean) * (x - mean_);
  last_ = rtt;
  last_round_ = round;
}

void RttStatistics::merge(const RttStatistics& other) {
  if (other.count_ == 0) return;
  const auto mine = static_cast<double>(count_);
  const auto theirs = static_cast<double>(other.count_);
  const double apart = other.mean_ - mean_;
  squares_ += other.squares_ + apart * apart * mine * theirs / (mine + theirs);
  mean_ += apart * theirs / (mine + theirs);
  if (pairs_ + other.pairs_ > 0) {
    jitter_ = (jitter_ * static_cast<double>(pairs_) +
               other.jitter_ * static_cast<double>(other.pairs_)) /
              static_cast<double>(pairs_ + other.pairs_);
  }
  pairs_ += other.pairs_;
  if (count_ == 0 || other.last_round_ >= last_round_) {
    last_ = other.last_;
    last_round_ = other.last_round_;
  }
  count_ += other.count_;
  histogram_.merge(other.histogram_);
}

double RttStatistics::deviation() const {
  if (count_ < 2) return 0;
  return std::sqrt(squares_ / static_cast<double>(count_ - 1));
}

std::optional<double> RttStatistics::jitter() const {
  if (pairs_ == 0) return std::nullopt;
  return jitter_;
}

}  // namespace netlat
