#pragma once
// A zone map held against captures.

#include <memory>
#include <string>
#include <vector>

#include "netlat/base/result.h"
#include "netlat/measure/zone_doubt.h"
#include "netlat/measure/zone_matrix.h"

namespace netlat {

/// What the connections of some captures say of a map.
struct Evidence {
  explicit Evidence(const ZoneMap& map) : labeler(map), matrix(labeler) {}

  ZoneLabeler labeler;
  ZoneMatrix matrix;
  ZoneDoubts doubts;
  std::vector<Error> problems;  ///< of the captures
};

/// Reads the captures to their end.  `map` must outlive the result.
Result<std::unique_ptr<Evidence>> gather(const ZoneMap& map,
                                         const std::vector<std::string>& files);

}  // namespace netlat
