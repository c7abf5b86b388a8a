#pragma once
// What an ICMP error says, in words.

#include <string>

#include "netlat/measure/icmp_error_table.h"

namespace netlat {

/// "fragmentation needed, MTU 1,400", "port unreachable", ...; types and codes
/// without a name of their own are given as numbers.  Printable ASCII.
std::string icmp_text(const IcmpError& error);

}  // namespace netlat
