#pragma once
// The records of each interval beside those of connections: a capture file
// told as netlat capture would have told it while it was taken.

#include <span>
#include <string_view>

#include "netlat/measure/interval_table.h"
#include "netlat/measure/measurement.h"
#include "netlat/measure/zone_label.h"
#include "netlat/report/json_writer.h"

namespace netlat {

class RecordWriter;

class Intervals {
 public:
  /// `writer` and `zones`, which may be null, must outlive this object.
  Intervals(Nanos length, RecordWriter& writer, const ZoneLabeler* zones)
      : length_(length), writer_(writer), zones_(zones) {}

  /// A batch that `measurement` has advanced by, which is always the same and
  /// must outlive this object.  Also reports what connections go on to do.
  void advance(std::span<const Segment> batch, Measurement& measurement);
  /// What the ends of connections tell.
  void last_turn(const FlowRecord& flow, Nanos elapsed);
  void ended(const FlowRecord& flow);
  /// From here on connections end because the packets do.
  void no_more_packets() { measuring_ = false; }
  /// All connections have been reported.
  void finish();

 private:
  void write(Interval interval);

  Nanos length_;
  RecordWriter& writer_;
  const ZoneLabeler* zones_;
  std::optional<IntervalTable> table_;
  std::optional<Stamp> latest_;
  Stamp next_;
  bool measuring_ = true;
  JsonWriter json_;
};

}  // namespace netlat
