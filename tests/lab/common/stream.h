// A connected socket that does not block, with or without TLS.

#ifndef TESTS_LAB_COMMON_STREAM_H_
#define TESTS_LAB_COMMON_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "tests/lab/common/fd.h"
#include "tests/lab/common/tls.h"

namespace lab::load {

class Stream {
 public:
  enum class Status { kDone, kWaitRead, kWaitWrite, kEnd, kFailed };
  struct Result {
    Status status;
    size_t octets = 0;
  };

  // Plain if `ssl` is null.
  Stream(Fd socket, SslPtr ssl);

  int socket() const { return socket_.get(); }

  // To be called until kDone; at once for a plain stream.
  Status handshake();
  // Some of what has arrived; kEnd after the peer's FIN.
  Result read(std::span<uint8_t> into);
  // Some of `from`, which must come again after kWaitWrite.
  Result write(std::span<const uint8_t> from);
  // Octets that wait inside TLS, unseen by epoll.
  bool holds_input() const;
  // Says goodbye inside TLS; the socket stays open.
  void end_tls();

  // After kFailed: "refused", "reset" or "error:..."
  const std::string& fault() const { return fault_; }
  // "-" or a version such as "TLSv1.3".
  std::string tls_version() const;
  bool resumed() const;

 private:
  Status after_tls(int result);
  Status after_error(int error);

  Fd socket_;
  SslPtr ssl_;
  bool secured_ = false;
  std::string fault_;
};

// The word of the logs for an errno: refused, reset, error:TEXT.
std::string fault_name(int error);

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_STREAM_H_
