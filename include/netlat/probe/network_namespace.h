#pragma once
// Another network of this host.

#include <string>

#include "netlat/base/result.h"

namespace netlat {

/// Moves the calling thread, and all it opens from then on, into a network
/// namespace: a name that `ip netns` knows, or a path such as
/// /proc/PID/ns/net.  Needs CAP_SYS_ADMIN.
Result<void> enter_network_namespace(const std::string& name);

}  // namespace netlat
