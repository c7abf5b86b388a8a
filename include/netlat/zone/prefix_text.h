#pragma once
// Prefixes as zone maps and cloud documents write them.

#include <optional>
#include <string>
#include <string_view>

#include "netlat/base/address.h"

namespace netlat {

struct WrittenPrefix {
  Prefix prefix;           ///< without host bits
  bool host_bits = false;  ///< it was written with some
};

/// A prefix or a bare address.  An IPv4-mapped IPv6 prefix of 96 bits or more
/// ("::ffff:10.0.0.0/104") is the IPv4 prefix it stands for; a shorter one
/// that begins with a mapped address is none.
std::optional<WrittenPrefix> read_prefix(std::string_view text);

/// The address with all bits after `length` cleared.
IpAddress masked(const IpAddress& address, unsigned length);

/// "10.0.0.0/8"; a whole address keeps its length ("10.0.0.1/32").
std::string prefix_text(const Prefix& prefix);

}  // namespace netlat
