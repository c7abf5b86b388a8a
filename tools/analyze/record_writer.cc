#include "tools/analyze/record_writer.h"

#include <algorithm>

#include "netlat/report/csv.h"

namespace netlat {

namespace {
// A verdict changes within a few round trips; this many segments wait for it.
constexpr std::size_t kSegmentsHeld = 131'072;
}  // namespace

void RecordWriter::line(std::string_view text) {
  if (open_) {
    out_.append(text);
  } else {
    waiting_.append(text);
  }
}

const std::string& RecordWriter::vantage(std::uint32_t number) {
  if (number >= vantages_.size()) {
    if (vantage_names_) vantages_ = vantage_names_();
    while (vantages_.size() <= number) {
      vantages_.push_back(std::to_string(vantages_.size()));
    }
  }
  return vantages_[number];
}

void RecordWriter::exchange(const ExchangeRecord& exchange) {
  if (options_.format != Format::json) return;
  line(exchange_json_.line(exchange, vantage(exchange.vantage)));
}

void RecordWriter::progress(FlowRecord& record, const Latencies& latencies) {
  latencies.fill(record);
  ZoneNames names;
  if (zones_ != nullptr) names = zones_->names(zones_->of(record));
  line(flow_json_.line(record, vantage(record.vantage), names));
}

void RecordWriter::last_turn(const FlowRecord& flow, Nanos elapsed) {
  if (intervals_ != nullptr) intervals_->last_turn(flow, elapsed);
}

bool RecordWriter::flow(FlowRecord& record, const Latencies& latencies) {
  ++flows_;
  if (record.one_sided) parted_halves_.add(record);
  if (intervals_ != nullptr) intervals_->ended(record);
  if (options_.format != Format::text || !where_.empty()) {
    latencies.fill(record);
  }
  FlowZones zones;
  WhereLabels labels;
  ZoneNames names;
  if (zones_ != nullptr) {
    zones = zones_->of(record);
    names = zones_->names(zones);
    labels.client_zone = names.client;
    labels.server_zone = names.server;
  }
  if (!where_.matches(record, labels)) return false;
  if (zones_ != nullptr) zones_->add(record, zones, latencies);
  switch (options_.format) {
    case Format::json:
      line(flow_json_.line(record, vantage(record.vantage), names));
      break;
    case Format::csv:
      csv_.clear();
      csv_line(record, names, csv_);
      line(csv_);
      break;
    case Format::text:
      worst_.add(record, latencies);
      break;
    case Format::zone_csv:
      break;
  }
  return true;
}

void RecordWriter::segment(const Segment& s, const SegmentFacts& facts) {
  if (facts.amended_frame != 0) amend(facts);
  SegmentRecord& record = segments_.emplace_back();
  record.frame = s.frame;
  record.time = s.time;
  record.flow = facts.flow_id;
  record.length = s.payload_length;
  record.flags = s.tcp.flags;
  record.window = s.tcp.window;
  record.facts = facts;
  if (segments_.size() >= 2 * kSegmentsHeld) write_segments(kSegmentsHeld);
}

void RecordWriter::amend(const SegmentFacts& facts) {
  const auto found = std::lower_bound(
      segments_.begin(), segments_.end(), facts.amended_frame,
      [](const SegmentRecord& r, std::uint64_t f) { return r.frame < f; });
  if (found == segments_.end() || found->frame != facts.amended_frame) {
    ++late_amendments_;
    return;
  }
  found->facts.segment_class = facts.amended_class;
  found->facts.necessity = facts.amended_necessity;
  found->facts.confidence = facts.amended_confidence;
}

void RecordWriter::write_segments(std::size_t keep) {
  while (segments_.size() > keep) {
    line(segment_line(segment_json_, segments_.front()));
    segments_.pop_front();
  }
}

Result<void> RecordWriter::open() {
  write_segments(0);
  auto drained = waiting_.drain(out_);
  open_ = true;
  return drained;
}

}  // namespace netlat
