#pragma once
// Making packet sockets with their rings: all of it that needs a privilege, and
// all that could be misused if others did it.

#include "lib/source/live_channel.h"

namespace netlat {

struct OpenedSockets {
  OpenReply reply;
  /// The caller's: request.threads of them if reply.error is 0, else none.
  std::array<int, kMostThreads> fds{};
};

/// Makes what `request` asks for; several sockets are one fanout group that
/// `steering` (live_steering.h) deals out to.  Until all are there none
/// receives anything, so that no packet goes where another of its connection
/// would not.  Allocates nothing; of system calls it needs socket, setsockopt,
/// getsockopt, bind, ioctl and close.
OpenedSockets open_packet_sockets(const OpenRequest& request,
                                  std::span<const sock_filter> steering);

}  // namespace netlat
