#pragma once
// The fields of a ClientHello or ServerHello that tell what the handshake
// will be, read as the octets pass.
//
// Problem: a ClientHello with post-quantum key shares spans two or three
// segments, and the extension that matters may stand anywhere in it.  Method:
// fields are of two kinds, those that are kept (collected into a few octets
// of scratch space) and those that are skipped (counted); nothing else is
// stored, so a hello of any length is read in constant memory and no segment
// has to be kept.  Octets that were on the wire but not captured may fall
// into skipped fields; in a kept field they end the reading, and what was
// read before stands.  RFC 8446 4.1.2, 4.1.3, 4.2; RFC 5246 7.4.1; RFC 6066 3.

#include <array>
#include <cstdint>

#include "netlat/base/bytes.h"
#include "netlat/flow/name_octets.h"

namespace netlat {

/// A stretch of a byte stream: octets that were captured, then octets that
/// were not.
struct StreamPiece {
  Bytes seen;
  std::uint64_t unseen = 0;

  std::uint64_t size() const { return seen.size() + unseen; }
  /// Takes `n` octets off the front.  Requires: n <= size().
  StreamPiece take(std::uint64_t n) {
    const std::uint64_t here = n < seen.size() ? n : seen.size();
    const StreamPiece front{seen.first(here), n - here};
    seen = seen.subspan(here);
    unseen -= n - here;
    return front;
  }
};

/// What a hello said.  `complete` is false while octets are missing or if it
/// contradicted itself; the rest is then what was read before that.
struct TlsHelloFacts {
  bool complete = false;
  std::uint16_t legacy_version = 0;    ///< 0: not read
  std::uint16_t selected_version = 0;  ///< supported_versions of a ServerHello
  bool random_seen = false;            ///< enough of it to know `retry`
  bool retry = false;                  ///< a HelloRetryRequest
  bool pre_shared_key = false;         ///< ServerHello: the key was accepted
  bool early_data = false;             ///< ClientHello: 0-RTT data may follow
  NameOctets server_name;              ///< whole or empty
};

class TlsHello {
 public:
  enum class Sender : std::uint8_t { client, server };

  explicit TlsHello(Sender sender = Sender::client) : sender_(sender) {}

  /// The next octets of the message body.
  void advance(StreamPiece piece);
  /// No octets will follow.
  void end();
  /// Final after end(); until then server_name may be a part of the name.
  const TlsHelloFacts& facts() const { return facts_; }

 private:
  enum class Field : std::uint8_t {
    version,
    random,
    session_id_length,
    cipher_suites_length,
    compression_length,
    cipher_and_compression,
    extensions_length,
    extension,
    server_name_header,
    server_name,
    selected_version,
    none,  // read to the end, or no further
  };
  void collect(Field field, std::uint16_t octets) {
    field_ = field;
    wanted_ = octets;
    have_ = 0;
  }
  void stop();
  void on_octet(std::uint8_t octet);
  void on_field();
  void on_extension();
  void on_server_name_header();
  void next_extension(std::uint32_t skip);

  TlsHelloFacts facts_;
  std::array<std::uint8_t, 8> scratch_{};
  std::uint32_t skip_ = 0;        // octets to pass over before the field
  std::uint32_t extensions_ = 0;  // octets of extensions still to come
  std::uint16_t body_ = 0;        // octets left of the current extension
  std::uint16_t wanted_ = 2;
  std::uint16_t have_ = 0;
  Field field_ = Field::version;
  Sender sender_;
};

}  // namespace netlat
