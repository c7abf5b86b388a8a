#pragma once
// The program that the kernel runs on each packet before it copies it.
//
// One program serves every interface, also sockets bound to all of them.  It
// sorts by hardware type first.  Ethernet frames go to libpcap's program for
// the expression.  On loopback the copy that leaves is dropped, since the same
// packet arrives again.  Frames of other types have offsets that the program
// does not know; they are let through, and the same expression is tried on them
// after the copy (source/bpf_filter.h).  So is everything where the expression
// asks for VLANs: the kernel keeps the tag beside the frame, where a program
// compiled without a device does not look.

#include <linux/filter.h>

#include <cstdint>
#include <string>
#include <vector>

#include "netlat/base/result.h"

namespace netlat {

struct LiveFilter {
  std::vector<sock_filter> program;
  /// Ethernet frames have to be tried after the copy as well.
  bool vlan = false;
};

/// `snaplen` is how much of a frame is copied.  The error carries libpcap's own
/// sentence.
Result<LiveFilter> live_filter(const std::string& expression,
                               std::uint32_t snaplen);

}  // namespace netlat
