#pragma once
// The zone map of a run, and what it makes of the connections.

#include <memory>
#include <optional>
#include <string>

#include "netlat/measure/where.h"
#include "netlat/measure/zone_matrix.h"
#include "netlat/report/capture_json.h"
#include "netlat/report/output.h"
#include "netlat/report/zone_report.h"
#include "tools/analyze/options.h"

namespace netlat {

class Zones {
 public:
  /// A null pointer if there is no map.  A map that was named has to be
  /// readable, others are done without after a complaint.
  static Result<std::unique_ptr<Zones>> prepare(const Options& options);

  /// The zones of a connection, valid while this object lives.
  FlowZones of(const FlowRecord& flow) const { return labeler_.zones(flow); }
  ZoneNames names(const FlowZones& zones) const {
    return labeler_.names(zones);
  }
  const ZoneLabeler& labeler() const { return labeler_; }
  void add(const FlowRecord& flow, const FlowZones& zones,
           const Latencies& latencies) {
    matrix_.add(flow, zones, latencies);
  }

  /// The records of the matrix.
  void write(const std::vector<CaptureRecord>& captures, Output& out) const;
  ZoneReport report() const;

 private:
  Zones(OpenedZoneMap opened, const Options& options);

  ZoneMap map_;
  ZoneLabeler labeler_;
  ZoneMatrix matrix_;
  ZoneMapNames names_;
  std::string found_;
  std::optional<double> cost_per_gb_;
};

}  // namespace netlat
