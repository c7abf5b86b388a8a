#include "tests/lab/common/tls.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <utility>

namespace lab::load {
namespace {

int protocol(TlsVersion version) {
  return version == TlsVersion::kTls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

std::unique_ptr<SSL_CTX, SslFree> make_context(const SSL_METHOD* method,
                                               TlsVersion version) {
  std::unique_ptr<SSL_CTX, SslFree> context(SSL_CTX_new(method));
  SSL_CTX_set_min_proto_version(context.get(), protocol(version));
  SSL_CTX_set_max_proto_version(context.get(), protocol(version));
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;

void sign_own_certificate(SSL_CTX* context) {
  constexpr long kDay = 24 * 3600;
  const Key key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, KeyFree> certificate(X509_new());
  X509* const x = certificate.get();
  X509_set_version(x, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(x), kDay);
  X509_set_pubkey(x, key.get());
  static constexpr unsigned char kName[] = "lab";
  X509_NAME* const name = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, kName, -1, -1, 0);
  X509_set_issuer_name(x, name);
  X509_sign(x, key.get(), EVP_sha256());
  SSL_CTX_use_certificate(context, x);
  SSL_CTX_use_PrivateKey(context, key.get());
}

}  // namespace

bool read_tls_version(Line& line, TlsVersion& out) {
  std::string version;
  if (!line.text("tls", version)) return false;
  if (version == "1.2")
    out = TlsVersion::kTls12;
  else if (version == "1.3")
    out = TlsVersion::kTls13;
  else if (version == "off")
    out = TlsVersion::kNone;
  else
    line.fail("tls is '" + version + "', expected 1.2, 1.3 or off");
  return true;
}

TlsServer::TlsServer(TlsVersion version, bool tickets)
    : context_(make_context(TLS_server_method(), version)) {
  static constexpr unsigned char kSessions[] = "lab";
  SSL_CTX_set_session_id_context(context_.get(), kSessions,
                                 sizeof kSessions - 1);
  if (!tickets) {
    SSL_CTX_set_options(context_.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context_.get(), 0);
  }
  sign_own_certificate(context_.get());
}

SslPtr TlsServer::accept(int socket) const {
  SslPtr ssl(SSL_new(context_.get()));
  SSL_set_fd(ssl.get(), socket);
  SSL_set_accept_state(ssl.get());
  return ssl;
}

TlsClient::TlsClient(TlsVersion version, bool resume, std::string server_name)
    : context_(make_context(TLS_client_method(), version)),
      resume_(resume),
      server_name_(std::move(server_name)) {
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(
      context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_app_data(context_.get(), this);
  SSL_CTX_sess_set_new_cb(context_.get(), keep_session);
}

SslPtr TlsClient::connect(int socket) const {
  SslPtr ssl(SSL_new(context_.get()));
  SSL_set_fd(ssl.get(), socket);
  SSL_set_connect_state(ssl.get());
  SSL_set_tlsext_host_name(ssl.get(), server_name_.c_str());
  if (resume_ && session_) SSL_set_session(ssl.get(), session_.get());
  return ssl;
}

int TlsClient::keep_session(SSL* ssl, SSL_SESSION* session) {
  auto* const client =
      static_cast<TlsClient*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  client->session_.reset(session);
  return 1;
}

}  // namespace lab::load
