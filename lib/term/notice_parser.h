#pragma once
// Records of what somebody should look at: findings, and changes of a route.

#include "lib/term/json_fields.h"
#include "netlat/term/records.h"

namespace netlat {

/// A cause with its evidence; std::monostate if it has no time.
Record finding_of(const JsonFields& object);
/// A route that changed; std::monostate for any other event.
Record event_of(const JsonFields& object);

}  // namespace netlat
