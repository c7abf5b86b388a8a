// The table of connections: when each began, how it ended, and what the
// kernel counted on it, read just before the socket is closed.

#ifndef TESTS_LAB_COMMON_CONNECTION_LOG_H_
#define TESTS_LAB_COMMON_CONNECTION_LOG_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/lab/common/table_log.h"

namespace lab::load {

// Times are realtime, 0 where it did not come to that.
struct ConnectionFacts {
  std::string_view role;  // client or server
  std::string local = "-";
  std::string remote = "-";
  int64_t begun_ns = 0;      // connect() called, or accept() returned
  int64_t connected_ns = 0;  // the TCP handshake known to be over
  int64_t secured_ns = 0;    // the TLS handshake over
  std::string tls = "-";
  bool resumed = false;
};

class ConnectionLog {
 public:
  explicit ConnectionLog(const std::string& path);

  bool good() const { return table_.good(); }
  // `event` is accept, connect, fail or close; `reason` says why a connection
  // ended, "-" if it has not.  `socket` may be -1.
  void write(std::string_view event, std::string_view reason,
             const ConnectionFacts& facts, int socket);

 private:
  TableLog table_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_CONNECTION_LOG_H_
