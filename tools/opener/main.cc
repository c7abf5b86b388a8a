// netlat-opener: makes packet sockets for `netlat capture` and, for `netlat
// probe`, sockets for segments beside a connection; the only program of netlat
// that ever holds a capability.

#include <csignal>
#include <string>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netlat/base/privilege.h"
#include "netlat/base/sandbox.h"
#include "netlat/report/exit_status.h"
#include "netlat/report/messages.h"
#include "netlat/source/live_opener.h"
#include "netlat/source/segment_socket.h"

namespace {

constexpr const char* kTool = "netlat-opener";

// The parent has to be at the other end: nobody else's packets are opened for
// a stranger who got hold of this program's end.
bool called_by_parent() {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(netlat::kOpenerChannel, SOL_SOCKET, SO_PEERCRED, &peer,
                    &size) == 0 &&
         peer.pid == getppid();
}

// Whether the parent ended, with an error of its own to tell, before this
// program got to ask who it is.
bool caller_has_ended() {
  pollfd channel{netlat::kOpenerChannel, POLLIN, 0};
  return poll(&channel, 1, 0) == 1 && (channel.revents & POLLHUP) != 0;
}

}  // namespace

int main(int argc, char** argv) {
  // What ends a whole group or a whole service is for the parent, who still
  // reads what came before; its end is ours.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    (void)std::signal(number, SIG_IGN);
  }
  if (!called_by_parent()) {
    if (caller_has_ended()) return 0;
    netlat::complain(kTool, "to be run by netlat capture or probe");
    return netlat::kExitUsage;
  }
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto dropped = netlat::drop_privileges(netlat::Keep::net_raw);
  if (!dropped) {
    netlat::complain(kTool, dropped.error().message);
    return netlat::kExitForbidden;
  }
  const auto confined =
      netlat::enter_sandbox(netlat::Duty::open, netlat::kOpenerChannel);
  if (!confined) {
    netlat::complain(kTool, confined.error().message);
    return netlat::kExitForbidden;
  }
  if (const auto ports = netlat::read_segment_ports(words)) {
    netlat::serve_segment_socket(*ports);
  } else {
    netlat::serve_openings(words);
  }
  return 0;
}
