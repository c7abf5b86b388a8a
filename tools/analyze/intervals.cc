#include "tools/analyze/intervals.h"

#include <algorithm>
#include <utility>

#include "netlat/report/interval_json.h"
#include "tools/analyze/record_writer.h"

namespace netlat {

void Intervals::advance(std::span<const Segment> batch,
                        Measurement& measurement) {
  if (batch.empty()) return;
  if (!table_) {
    table_.emplace(measurement.flows(), length_);
    if (zones_ != nullptr) table_->use(zones_);
    next_ = batch.front().time + length_;
  }
  table_->advance(batch, measurement.facts());
  latest_ = std::max(latest_.value_or(batch.back().time), batch.back().time);
  if (*latest_ < next_) return;
  next_ = *latest_ + length_;
  measurement.expire(*latest_, measurement.flows().size());
  while (auto interval = table_->take(*latest_)) write(std::move(*interval));
}

void Intervals::last_turn(const FlowRecord& flow, Nanos elapsed) {
  if (table_) table_->last_turn(flow, elapsed, *latest_);
}

void Intervals::ended(const FlowRecord& flow) {
  // At the end of the file an answer may have been on its way.
  if (table_ && measuring_ &&
      flow.handshake.outcome == HandshakeOutcome::timeout &&
      flow.s2c.packets == 0) {
    table_->unanswered(flow, *latest_);
  }
}

void Intervals::finish() {
  if (!table_) return;
  while (auto interval = table_->take_last()) write(std::move(*interval));
}

void Intervals::write(Interval interval) {
  constexpr std::size_t kNamed = 20;  // as netlat capture does
  keep_busiest(interval, kNamed);
  IntervalDrops drops;
  drops.kernel.reset();
  for (const IntervalStats& stats : interval.services) {
    writer_.line(interval_line(json_, interval, stats, zones_, drops));
  }
  writer_.line(interval_line(json_, interval, interval.others, zones_, drops));
}

}  // namespace netlat
