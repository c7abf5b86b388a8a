#pragma once
// Targets as people write them.

#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/address.h"
#include "netlat/base/result.h"
#include "netlat/probe/plan.h"

namespace netlat {

/// Sets target, name and, for a link-local address with a zone as in
/// fe80::1%eth0, the interface.  Asks the resolver and waits for it.  `v4`
/// chooses a family; without it the first address the resolver gives, as any
/// program would use it.
Result<void> resolve_target(const std::string& text, std::optional<bool> v4,
                            ProbePlan& plan);

/// Sets source, target and ports from "10.0.1.5:41022-10.0.2.9:443" or
/// "[2001:db8::1]:41022-[2001:db8::2]:443".
Result<void> read_flow(std::string_view text, ProbePlan& plan);

}  // namespace netlat
