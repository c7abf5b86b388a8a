#pragma once
// A raw socket for TCP segments beside a connection of this host.
//
// Only the kernel may send on the ports of a connection, and only CAP_NET_RAW
// goes around that.  The opener (live_opener.h) makes the socket and ends.  A
// filter is locked to it: it receives what comes from the one port to the
// other, and of segments with data the headers alone.

#include <optional>
#include <string>
#include <vector>

#include "netlat/base/address.h"
#include "netlat/base/result.h"

namespace netlat {

struct SegmentPorts {
  bool v6 = false;
  Port own = 0, peer = 0;
};

/// The socket, the caller's, not yet bound and connected to nobody, from the
/// opener at `path`.  Errors: of kind permission without CAP_NET_RAW.
Result<int> open_segment_socket(const std::string& path,
                                const SegmentPorts& ports);

/// What the opener was started for; nullopt: for interfaces.
std::optional<SegmentPorts> read_segment_ports(
    const std::vector<std::string>& words);

/// The opener's life then: one socket, one answer.
void serve_segment_socket(const SegmentPorts& ports);

}  // namespace netlat
