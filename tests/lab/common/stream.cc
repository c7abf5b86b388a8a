#include "tests/lab/common/stream.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace lab::load {

Stream::Stream(Fd socket, SslPtr ssl)
    : socket_(std::move(socket)), ssl_(std::move(ssl)) {}

Stream::Status Stream::handshake() {
  if (!ssl_) return Status::kDone;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) return after_tls(result);
  secured_ = true;
  return Status::kDone;
}

Stream::Result Stream::read(std::span<uint8_t> into) {
  if (ssl_) {
    ERR_clear_error();
    errno = 0;
    size_t octets = 0;
    const int result =
        SSL_read_ex(ssl_.get(), into.data(), into.size(), &octets);
    if (result == 1) return {Status::kDone, octets};
    return {after_tls(result)};
  }
  const ssize_t octets = recv(socket_.get(), into.data(), into.size(), 0);
  if (octets > 0) return {Status::kDone, static_cast<size_t>(octets)};
  if (octets == 0) return {Status::kEnd};
  if (errno == EAGAIN || errno == EINTR) return {Status::kWaitRead};
  return {after_error(errno)};
}

Stream::Result Stream::write(std::span<const uint8_t> from) {
  if (ssl_) {
    ERR_clear_error();
    errno = 0;
    size_t octets = 0;
    const int result =
        SSL_write_ex(ssl_.get(), from.data(), from.size(), &octets);
    if (result == 1) return {Status::kDone, octets};
    return {after_tls(result)};
  }
  const ssize_t octets =
      send(socket_.get(), from.data(), from.size(), MSG_NOSIGNAL);
  if (octets >= 0) return {Status::kDone, static_cast<size_t>(octets)};
  if (errno == EAGAIN || errno == EINTR) return {Status::kWaitWrite};
  return {after_error(errno)};
}

bool Stream::holds_input() const {
  return ssl_ && SSL_has_pending(ssl_.get()) == 1;
}

void Stream::end_tls() {
  if (ssl_ && secured_) SSL_shutdown(ssl_.get());
}

std::string Stream::tls_version() const {
  return ssl_ && secured_ ? SSL_get_version(ssl_.get()) : "-";
}

bool Stream::resumed() const {
  return ssl_ && secured_ && SSL_session_reused(ssl_.get()) == 1;
}

Stream::Status Stream::after_tls(int result) {
  const int error = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Status::kWaitRead;
    case SSL_ERROR_WANT_WRITE:
      return Status::kWaitWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Status::kEnd;
    case SSL_ERROR_SYSCALL:
      secured_ = false;  // no goodbye after a fatal error
      return error == 0 ? Status::kEnd : after_error(error);
    default:
      secured_ = false;
  }
  const unsigned long why = ERR_peek_error();
  // A FIN without a goodbye inside TLS is a close like any other.
  if (ERR_GET_REASON(why) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return Status::kEnd;
  const char* const reason = ERR_reason_error_string(why);
  fault_ = fmt::format("error:TLS {}", reason ? reason : "failure");
  return Status::kFailed;
}

Stream::Status Stream::after_error(int error) {
  fault_ = fault_name(error);
  return Status::kFailed;
}

std::string fault_name(int error) {
  switch (error) {
    case ECONNREFUSED:
      return "refused";
    case ECONNRESET:
    case EPIPE:
      return "reset";
    default:
      return fmt::format("error:{}", std::strerror(error));
  }
}

}  // namespace lab::load
