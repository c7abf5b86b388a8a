// Sockets as the lines of both programs describe them.

#ifndef TESTS_LAB_COMMON_SOCKET_H_
#define TESTS_LAB_COMMON_SOCKET_H_

#include <cstdint>
#include <string>

#include "tests/lab/common/address.h"
#include "tests/lab/common/fd.h"
#include "tests/lab/common/line.h"

namespace lab::load {

struct SocketOptions {
  bool nodelay = true;
  int64_t sndbuf = 0;  // octets as given to the kernel, which doubles them
  int64_t rcvbuf = 0;  // 0: the kernel tunes
  std::string congestion;
  bool keepalive = false;
  int64_t keepalive_idle_s = 0;
  int64_t keepalive_interval_s = 0;
  int64_t keepalive_count = 0;

  // nodelay=on|off sndbuf=SIZE rcvbuf=SIZE congestion=NAME
  // keepalive=IDLE,INTERVAL,COUNT|off
  void read(Line& line);
  bool operator==(const SocketOptions&) const = default;
};

// Both return no descriptor and a fault on failure.
Fd listen_on(const Address& address, const SocketOptions& options, int backlog,
             std::string& fault);
// Connecting has begun; writable means done or failed.  `from` may be
// unspecified, or an address without a port.
Fd connect_to(const Address& to, const Address& from,
              const SocketOptions& options, std::string& fault);

// Makes close() send a reset.
void set_reset_on_close(int socket);
// The error a connection attempt ended with; 0 is none.
int pending_error(int socket);

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_SOCKET_H_
