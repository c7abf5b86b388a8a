#pragma once
// The one process that may open interfaces.
//
// Packets are parsed by a process without any privilege; when an interface
// comes back after it was gone somebody has to open it anew.  So a second, tiny
// process keeps CAP_NET_RAW and nothing else, makes packet sockets of
// interfaces named on its command line, filter locked and ring sized, and
// passes them on.  It never reads from one.  The alternative, libpcap opening
// in a process that drops everything at once, cannot open a second time.
// Reading the ring in place makes up for much of what the measuring costs
// (tests/bench/load).

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "netlat/base/result.h"

namespace netlat {

struct OpenRequest;
struct ReceivedReply;

/// The descriptor the opener finds its channel at.
inline constexpr int kOpenerChannel = 3;

/// The measuring process's end.
class LiveOpener {
 public:
  /// Starts the program at `path` for these interfaces ("" stands for all), or
  /// with the words of a segment socket (segment_socket.h).
  /// The opener ends when this object does.
  static Result<std::unique_ptr<LiveOpener>> start(
      const std::string& path, const std::vector<std::string>& interfaces);
  ~LiveOpener();
  LiveOpener(const LiveOpener&) = delete;
  LiveOpener& operator=(const LiveOpener&) = delete;

  /// False if it could not be sent at once.
  bool send(const OpenRequest& request);
  /// Waits for the answer; nothing if the opener is gone.
  std::optional<ReceivedReply> receive();
  /// Readable when there is an answer, or no opener any more.
  int channel() const noexcept { return channel_; }
  /// The process.
  pid_t child() const noexcept { return child_; }

 private:
  LiveOpener(int channel, pid_t child) : channel_(channel), child_(child) {}
  int channel_;
  pid_t child_;
};

/// The opener's life: answers on kOpenerChannel until the other end is closed,
/// for interfaces of the list and no others.  Allocates nothing once it
/// answers.
void serve_openings(const std::vector<std::string>& interfaces);

}  // namespace netlat
