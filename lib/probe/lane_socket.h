#pragma once
// Options that sockets of every kind of probe share.

#include "lib/probe/fd.h"
#include "lib/probe/socket_address.h"
#include "netlat/base/bytes.h"
#include "netlat/base/result.h"
#include "netlat/probe/plan.h"

namespace netlat {

/// Sets an integer option; false with errno if the kernel refuses.
bool set_option(int fd, int level, int name, int value);

/// Device, mark, TOS, error queue, time stamps, never-fragment, and the source
/// address with `port`, 0 for one of the kernel's.  `stamp_sends` asks for
/// stamps of what is sent too.
Result<void> prepare_socket(int fd, const ProbePlan& plan, Port port,
                            bool stamp_sends);

/// Sends one packet that expires after `ttl` hops; false with errno if the
/// kernel refuses.
bool send_with_ttl(int fd, SocketAddress& target, Bytes octets, int ttl);

/// The IPv6 flow label of a flow, from its ports alone (ICMP: its identifier
/// and 0), so that who asks for the port again is hashed the same way again.
std::uint32_t flow_label_of(Port source_port, Port port);

/// The index of the interface of the plan, 0 if it names none.
unsigned scope_of(const ProbePlan& plan);

/// Why `target` could not be reached, from errno.
Error route_error(const ProbePlan& plan, int number);

}  // namespace netlat
