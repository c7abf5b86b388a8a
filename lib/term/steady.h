#pragma once
// Numbers that have hardly moved stay.

#include "netlat/term/snapshot.h"

namespace netlat {

/// Puts the values of `shown` back into `fresh` where they differ by no more
/// than a twentieth, unless the row is named `selected`, its standing has
/// changed, or it uses more than nine tenths of what was promised.
void keep_steady(Snapshot& fresh, const Snapshot& shown,
                 const std::string& selected);

}  // namespace netlat
