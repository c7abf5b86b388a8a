#pragma once
// What people are told of the objectives of a capture.

#include <string>

#include "netlat/measure/objective_set.h"

namespace netlat {

/// For the line of a second: "  SLO 2 of 3 kept", or those that are broken.
/// Empty without objectives.
std::string objectives_text(const ObjectiveSet& objectives);
/// A line of its own for a verdict that changed, with its newline.
std::string objective_change_text(const ObjectiveWatch& watch, Stamp at);

}  // namespace netlat
