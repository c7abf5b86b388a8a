#pragma once
// One direction of a TLS connection as a sequence of records and messages,
// without keys and without keeping octets.
//
// Problem: find where records and handshake messages begin and end in a byte
// stream of which parts were not captured.  Method: a record header (RFC 8446
// 5.1) says where the next one is, so uncaptured octets inside a record are
// counted over; a handshake header inside says the same for messages, which
// may span records.  When a header itself was not captured the place is lost;
// it is found again at the start of a later segment that looks like a record
// header, since senders usually write whole records.  Such a guess is wrong
// for random octets about once in four million segments; messages are not
// read after it, only record types.

#include <array>
#include <cstdint>

#include "netlat/flow/tls_hello.h"

namespace netlat {

/// Content types (RFC 8446 5.1, RFC 6520).
enum class TlsRecordType : std::uint8_t {
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
  heartbeat = 24,
};

/// Handshake message types that are told apart (RFC 8446 4, RFC 5246 7.4).
enum class TlsMessageType : std::uint8_t {
  hello_request = 0,
  client_hello = 1,
  server_hello = 2,
  server_hello_done = 14,
};

struct TlsEvent {
  enum class Kind : std::uint8_t {
    record,        ///< a record header was read
    message,       ///< a handshake header was read, in clear
    message_end,   ///< the last octet of that message went by
    not_a_record,  ///< no record header where one had to be
  };
  Kind kind = Kind::record;
  TlsRecordType record = TlsRecordType::handshake;
  TlsMessageType message = TlsMessageType::client_hello;
  std::uint16_t length = 0;  ///< of the record, without its header
};

class TlsStream {
 public:
  explicit TlsStream(TlsHello::Sender sender) : sender_(sender) {}

  /// To be called with each segment before next(): may find the place again.
  void begin_segment(const StreamPiece& piece);
  /// Takes octets off `piece` up to the next event; false when none is left.
  bool next(StreamPiece& piece, TlsEvent& event);
  /// From here on handshake records are encrypted.
  void encrypt() { opaque_ = true; }

  /// A header was not captured: events may be missing since, and where
  /// records begin is a guess.
  bool lost_place() const { return was_lost_; }
  /// The hello of this direction read last; see TlsHello::facts().
  const TlsHelloFacts& hello() const { return hello_.facts(); }

 private:
  /// A header being put together.
  struct Header {
    std::array<std::uint8_t, 5> octets{};
    std::uint8_t have = 0;
  };
  void on_record_header(TlsEvent& event);
  bool read_message(StreamPiece& piece, TlsEvent& event);
  void read_message_body(StreamPiece& piece);
  bool hello_open() const;

  TlsHello hello_;
  std::uint32_t record_left_ = 0;   // octets of the record to come
  std::uint32_t message_left_ = 0;  // octets of the message to come
  Header record_header_, message_header_;
  TlsHello::Sender sender_;
  TlsMessageType message_ = TlsMessageType::hello_request;
  bool message_open_ = false;  // its header was read, its end not reported
  bool readable_ = false;      // the record holds handshake messages in clear
  bool opaque_ = false;        // such records are not in clear any more
  bool lost_ = false;
  bool was_lost_ = false;
};

}  // namespace netlat
