#pragma once
// Making a packet socket with its ring: all of it that needs a privilege, and
// all that could be misused if others did it.

#include "lib/source/live_channel.h"

namespace netlat {

struct OpenedSocket {
  OpenReply reply;
  int fd = -1;  ///< the caller's, if reply.error is 0
};

/// Makes what `request` asks for.  Allocates nothing; of system calls it needs
/// socket, setsockopt, bind, ioctl and close.
OpenedSocket open_packet_socket(const OpenRequest& request);

}  // namespace netlat
