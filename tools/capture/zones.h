#pragma once
// The zone map of a capture, which may be replaced while it runs.

#include <memory>
#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/measure/zone_label.h"
#include "netlat/zone/zone_reader.h"

namespace netlat {

struct CaptureZones {
  explicit CaptureZones(ZoneMap read) : map(std::move(read)), labeler(map) {}

  ZoneMap map;
  ZoneLabeler labeler;
};

/// Null if no file is named.  An error says what to mend.
Result<std::unique_ptr<CaptureZones>> read_capture_zones(
    const std::vector<std::string>& files);
/// The same from the text of one file, for a process that can open none.
Result<std::unique_ptr<CaptureZones>> read_capture_zones(
    const std::string& name, const std::string& text);

}  // namespace netlat
