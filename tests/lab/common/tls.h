// TLS as a scenario needs it: a fixed version, resumption on or off.
//
// The server's certificate is made in memory and signed by itself; the client
// accepts any.

#ifndef TESTS_LAB_COMMON_TLS_H_
#define TESTS_LAB_COMMON_TLS_H_

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "tests/lab/common/line.h"

namespace lab::load {

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using SslPtr = std::unique_ptr<SSL, SslFree>;
using SslSessionPtr = std::unique_ptr<SSL_SESSION, SslFree>;

enum class TlsVersion { kNone, kTls12, kTls13 };

// Reads "tls=1.2|1.3|off".
bool read_tls_version(Line& line, TlsVersion& out);

// What a listener needs to answer handshakes.
class TlsServer {
 public:
  // With `tickets` off no session can be resumed, by ticket or by id.
  TlsServer(TlsVersion version, bool tickets);
  SslPtr accept(int socket) const;

 private:
  std::unique_ptr<SSL_CTX, SslFree> context_;
};

// What the connections to one target share: the last session it gave.
class TlsClient {
 public:
  TlsClient(TlsVersion version, bool resume, std::string server_name);
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  SslPtr connect(int socket) const;

 private:
  static int keep_session(SSL* ssl, SSL_SESSION* session);

  std::unique_ptr<SSL_CTX, SslFree> context_;
  SslSessionPtr session_;
  bool resume_;
  std::string server_name_;
};

}  // namespace lab::load

#endif  // TESTS_LAB_COMMON_TLS_H_
