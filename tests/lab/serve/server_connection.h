// The server's end of one connection: requests in, served in their order.

#ifndef TESTS_LAB_SERVE_SERVER_CONNECTION_H_
#define TESTS_LAB_SERVE_SERVER_CONNECTION_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>

#include "tests/lab/common/channel.h"
#include "tests/lab/common/frame.h"
#include "tests/lab/common/table_log.h"
#include "tests/lab/serve/service.h"

namespace lab::load {

// When the server closes connections; 0: it does not.
struct CloseRules {
  int64_t after_replies = 0;
  int64_t idle_ns = 0;
  bool reset = false;
};

// What the connections of a server share.
struct Server {
  Loop& loop;
  TableLog& requests;
  ConnectionLog& connections;
  Service& service;
  const CloseRules& close;
};

extern const char* const kServerLogHeader;

class ServerConnection final
    : public ChannelOwner,
      public std::enable_shared_from_this<ServerConnection> {
 public:
  // `gone` is called once, when it has ended.
  ServerConnection(const Server& server, Stream stream, ConnectionFacts facts,
                   std::function<void(ServerConnection&)> gone);

  void start(int64_t handshake_work_ns, const ReadPace& pace);
  void set_pace(const ReadPace& pace);
  void end(const std::string& reason, bool reset);
  // Looks at the rules anew.
  void watch_idle();

 private:
  void on_open() override;
  void on_data(std::span<const uint8_t> data, int64_t now_ns) override;
  void on_end(const std::string& reason) override;

  void receive(const RequestHead& request, int64_t first_ns, int64_t last_ns);
  void serve_next();
  void reply(const JobPtr& job);
  void replied(const JobPtr& job);
  void log(const Job& job, const char* outcome);

  Server server_;
  Channel channel_;
  std::function<void(ServerConnection&)> gone_;
  ReadPace pace_;
  Framer<RequestHead> framer_;
  std::deque<JobPtr> waiting_;  // behind the one being served
  JobPtr serving_;
  int64_t replies_ = 0;
  Timer idle_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_SERVE_SERVER_CONNECTION_H_
