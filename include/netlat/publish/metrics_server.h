#pragma once
// /metrics, for whoever scrapes.
//
// Threads of its own answer from the page shown last, which does not change
// while they do; a client that stands still holds one of them until its time
// is up, and nothing else.  Belongs into a process that sees no packets.

#include <memory>
#include <string>

namespace netlat {

class MetricsServer {
 public:
  /// Takes a listening socket (listen_at()) and closes it in the end.
  explicit MetricsServer(int listening);
  /// Takes as long as an answer that is being sent, seconds at most.
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  /// Threads begin here, so that they are under the sandbox of the caller.
  void start();
  /// What is to be told from now on, as metrics_protobuf() writes it.  Any
  /// thread.  A page older than ten seconds is withheld: the capture hangs.
  void show(std::string page);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace netlat
