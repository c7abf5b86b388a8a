#pragma once
// A row of the screen against what was promised for it.
//
// The percentile that the objective names is compared with its limit over the
// window that is shown, so that the word beside a number is about that number.
// netlat capture judges over the objective's own windows and writes an alert
// when it finds one broken; that is told as an event.

#include <span>
#include <string>

#include "netlat/measure/objective.h"
#include "netlat/term/series.h"
#include "netlat/term/snapshot.h"

namespace netlat {

/// What a row is about: a server "address:port", or a pair of zones; neither:
/// everything.
struct RowIdentity {
  std::string_view server, client_zone, server_zone;
};

/// The worst of the objectives that concern the row.
Promise judge(std::span<const Objective> objectives, const RowIdentity& row,
              const WindowStats& window);

}  // namespace netlat
