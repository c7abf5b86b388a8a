#pragma once
// What holds of a connection after any packet, however hostile.

#include <string>

#include "netlat/flow/connection.h"

namespace netlat::test {

/// The first rule that does not hold, or nothing.
std::string broken_invariant(const Connection& c);

}  // namespace netlat::test
