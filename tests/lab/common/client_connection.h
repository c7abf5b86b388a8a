// The client's end of one connection: requests out, replies matched to them.

#ifndef TESTS_LAB_COMMON_CLIENT_CONNECTION_H_
#define TESTS_LAB_COMMON_CLIENT_CONNECTION_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "tests/lab/common/attempt.h"
#include "tests/lab/common/channel.h"
#include "tests/lab/common/frame.h"
#include "tests/lab/common/socket.h"
#include "tests/lab/common/tls.h"

namespace lab::load {

struct ClientOptions {
  SocketOptions socket;
  TlsVersion tls = TlsVersion::kNone;
  bool resume = true;
  std::string server_name = "server.lab";
  Address from;  // unspecified: the kernel chooses

  // Those of SocketOptions, and tls=1.2|1.3|off resume=on|off sni=NAME
  // bind=ADDRESS[:PORT].  True if the line had any of them.
  bool read(Line& line);
  bool operator==(const ClientOptions&) const = default;
};

// Where to connect to and how; shared by the connections of a pool.
struct Endpoint {
  Endpoint(const Address& address, const ClientOptions& client_options);

  Address to;
  ClientOptions options;
  std::optional<TlsClient> tls;
};

class ClientConnection;

class ClientConnectionOwner {
 public:
  // A reply is complete.
  virtual void on_room(ClientConnection& connection) = 0;
  // It has ended; its attempts are finished after this returns.
  virtual void on_gone(ClientConnection& connection) = 0;

 protected:
  ~ClientConnectionOwner() = default;
};

// Held by shared pointers; its owner buries it when it is gone.
class ClientConnection final
    : public ChannelOwner,
      public std::enable_shared_from_this<ClientConnection> {
 public:
  ClientConnection(Loop& loop, ConnectionLog& log, ClientConnectionOwner& owner,
                   std::shared_ptr<Endpoint> endpoint);

  void start(const ReadPace& pace);
  // Sent as soon as the connection is open, after those given before.
  void give(const AttemptPtr& attempt);
  void set_pace(const ReadPace& pace);
  void end(const std::string& reason, bool reset = false);

  int64_t in_flight() const { return static_cast<int64_t>(waiting_.size()); }
  int64_t used() const { return used_; }
  // The server said that it closes.
  bool closing() const { return closing_; }
  // Realtime of the last reply.
  int64_t idle_since_ns() const { return idle_since_ns_; }

 private:
  void on_open() override;
  void on_data(std::span<const uint8_t> data, int64_t now_ns) override;
  void on_end(const std::string& reason) override;
  void on_reply(const ReplyHead& reply, int64_t first_ns, int64_t last_ns);

  Loop& loop_;
  ConnectionLog& log_;
  ClientConnectionOwner& owner_;
  std::shared_ptr<Endpoint> endpoint_;
  std::optional<Channel> channel_;
  ReadPace pace_;
  Timer fail_;  // of a connection that never began
  int64_t begun_ns_ = 0;
  int64_t idle_since_ns_ = 0;
  int64_t used_ = 0;
  bool closing_ = false;
  Framer<ReplyHead> framer_;
  std::deque<AttemptPtr> waiting_;  // for their replies
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_CLIENT_CONNECTION_H_
