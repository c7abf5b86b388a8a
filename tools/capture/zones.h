#pragma once
// The zone map of a capture, which may be replaced while it runs.

#include <memory>
#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/measure/zone_label.h"
#include "netlat/zone/zone_reader.h"
#include "tools/common/zone_options.h"

namespace netlat {

struct CaptureZones {
  explicit CaptureZones(ZoneMap read) : map(std::move(read)), labeler(map) {}

  ZoneMap map;
  ZoneLabeler labeler;
};

/// Null if no file is named.  An error says what to mend.
Result<std::unique_ptr<CaptureZones>> read_capture_zones(
    const ZoneOptions& options);

/// The texts of the files of a map and of all that they include, for a process
/// that can open none.
Result<ZoneTexts> read_zone_texts(const ZoneOptions& options);
/// The map from these.
Result<std::unique_ptr<CaptureZones>> read_capture_zones(
    const ZoneOptions& options, const ZoneTexts& texts);

}  // namespace netlat
