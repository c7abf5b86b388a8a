// The connections to one target, and who waits for one.
//
// A request takes the connection that has been idle longest; else a new one,
// while there are fewer than `size`; else a place behind others in flight, if
// there is pipelining; else it waits its turn.

#ifndef TESTS_LAB_COMMON_POOL_H_
#define TESTS_LAB_COMMON_POOL_H_

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tests/lab/common/client_connection.h"

namespace lab::load {

struct PoolSettings {
  static constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();
  int64_t size = kUnlimited;   // connections at the same time
  int64_t reuse = kUnlimited;  // requests a connection
  int64_t depth = 1;           // requests in flight a connection
  ReadPace pace;
};

class Pool final : public ClientConnectionOwner {
 public:
  // `settings` may change; it is looked at each time.
  Pool(Loop& loop, ConnectionLog& log, const PoolSettings& settings,
       const Address& to, const ClientOptions& options);
  ~Pool();

  void submit(const AttemptPtr& attempt);
  // Gives an attempt up with this outcome: at once if it waits for a
  // connection; with its connection if `abort`; else when the reply comes.
  void withdraw(Attempt& attempt, const std::string& outcome, bool abort);

  // Idle connections, beyond `size` if need be.
  void open(int64_t count);
  void close_all(const std::string& reason, bool reset);
  void update_pace();
  // Closes idle connections that the settings leave no use for.
  void trim();
  bool leads_to(const Address& to, const ClientOptions& options) const;
  // No requests will come; connections close as they fall idle.
  void retire();
  bool empty() const { return connections_.empty() && waiting_.empty(); }

 private:
  using ConnectionPtr = std::shared_ptr<ClientConnection>;

  void on_room(ClientConnection& connection) override;
  void on_gone(ClientConnection& connection) override;
  void end_if_spare(ClientConnection& connection);
  ClientConnection& add();
  bool has_room(const ClientConnection& connection) const;
  ClientConnection* choose();
  void serve_waiting();

  Loop& loop_;
  ConnectionLog& log_;
  const PoolSettings& settings_;
  std::shared_ptr<Endpoint> endpoint_;
  bool retired_ = false;
  std::vector<ConnectionPtr> connections_;
  std::deque<AttemptPtr> waiting_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_POOL_H_
