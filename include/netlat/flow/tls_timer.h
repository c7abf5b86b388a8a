#pragma once
// When the flights of a TLS handshake passed the capture point.
//
// Problem: how much of connecting is the network, the server, the client?
// Method: both directions are read as records (tls_stream.h) and the moments
// of the flights are noted (RFC 8446 2, RFC 5246 7.3).  From them follow
//   server half  ClientHello's last octet to ServerHello's first segment,
//   client half  last of the server's flight to the client's answer,
//   and, with a HelloRetryRequest, one more of each before these.
// Each contains the computing of the side it names: less that side's network
// RTT it is the cost of the handshake at that side.
//
// Bias.  TLS 1.3 encrypts the handshake under the type of application data.
// The client's Finished is known by its record length (4 + hash + 1 + tag:
// 45, 53 or 69 octets), so the client's first application data is the record
// after that; a Finished packed into one record with a client certificate is
// not recognised and nothing is reported.  The server's first application
// data is taken after the client's, and may be a session ticket.  With 0-RTT
// data the client's answer cannot be told from more 0-RTT data and is not
// reported.  A moment that was not captured is absent, never estimated.
//
// Cost: one pass over the octets of the handshake, nothing stored but this
// object.  For a connection whose first octets were captured; others and
// anything that is not TLS end in `not_tls` with the first payload, so that
// the owner can drop the object.

#include <cstdint>
#include <optional>

#include "netlat/base/bytes.h"
#include "netlat/base/time.h"
#include "netlat/flow/name_octets.h"
#include "netlat/flow/tls_stream.h"
#include "netlat/flow/types.h"

namespace netlat {

/// What was learned; grows until TlsTimer::finished().  Each moment is the
/// capture time of the segment that carried it.
struct TlsHandshake {
  NameOctets server_name;     ///< SNI of the ClientHello; empty: none or cut
  std::uint16_t version = 0;  ///< negotiated, 0x0304 is 1.3; 0: not known
  /// A session was resumed; absent where the deciding message was not seen.
  std::optional<bool> resumed;
  bool early_data = false;  ///< the client offered 0-RTT data

  std::optional<Stamp> client_hello;     ///< last octet of the first one
  std::optional<Stamp> hello_retry;      ///< HelloRetryRequest
  std::optional<Stamp> retried_hello;    ///< last octet of the second one
  std::optional<Stamp> server_hello;     ///< first octet
  std::optional<Stamp> server_flight;    ///< last payload before client_reply
  std::optional<Stamp> client_reply;     ///< first record of the next flight
  std::optional<Stamp> server_finished;  ///< up to 1.2, full handshake: the
                                         ///< server's answer to client_reply
  std::optional<Stamp> client_app_data;  ///< first application data
  std::optional<Stamp> server_app_data;  ///< first application data
};

/// "1.3", "1.2", "1.1", "1.0", "SSL 3.0", "1.3 draft"; "" if not known.
const char* tls_version_name(std::uint16_t version);

class TlsTimer {
 public:
  enum class State : std::uint8_t {
    waiting,    ///< no payload yet
    handshake,  ///< TLS; not all moments seen yet
    done,       ///< nothing more to learn
    not_tls,
  };

  /// The next payload of one direction, in stream order.  `offset` counts
  /// payload octets of the direction from 0; octets passed over were not
  /// captured and have no time, octets given before are ignored.  `captured`
  /// is what was captured of `length` octets and is not kept.
  State advance(Dir dir, Stamp now, std::int64_t offset, Bytes captured,
                std::uint32_t length);

  State state() const { return state_; }
  bool finished() const {
    return state_ == State::done || state_ == State::not_tls;
  }
  /// Means nothing if not_tls.
  const TlsHandshake& result() const { return result_; }

 private:
  struct Moment {
    Stamp time;
    bool seen;  // false: within octets that were not captured at all
  };
  void feed(Dir dir, StreamPiece piece, Moment moment);
  void on_event(Dir dir, const TlsEvent& event, Moment moment);
  void on_message(Dir dir, TlsMessageType type, Stamp now);
  void on_client_hello_end(Moment moment);
  void on_server_hello_end();
  void on_client_record(const TlsEvent& event, Stamp now);
  void on_client_reply(TlsRecordType type, Stamp now);
  void on_server_record(const TlsEvent& event, Stamp now);
  void finish_if_complete();

  TlsHandshake result_;
  TlsStream client_{TlsHello::Sender::client};
  TlsStream server_{TlsHello::Sender::server};
  std::int64_t expected_[2] = {0, 0};  // next offset, by Dir
  std::optional<Stamp> last_server_payload_;
  std::uint8_t client_hellos_ = 0;  // begun
  bool server_answered_ = false;    // a ServerHello, not a retry, was begun
  bool server_hello_done_ = false;
  bool client_finished_ = false;  // 1.3
  State state_ = State::waiting;
};

static_assert(sizeof(TlsTimer) <= 1152, "hangs off every new connection");

}  // namespace netlat
