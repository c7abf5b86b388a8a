#pragma once
// Round trips of QUIC connections without keys: handshake and spin bit.
//
// Problem: QUIC acknowledges inside its encryption.  What can still be seen
// is who answers whom in the handshake and, where both ends take part, the
// spin bit.  Method: a UDP datagram that begins with a version 1 or 2 Initial
// and is padded as a client must (RFC 9000 14.1) opens a connection.  The
// first long header from the server to the client's connection ID ends the
// server half; the next packet from the client to an ID that the server gave,
// 0-RTT excepted, ends the client half.  A Retry gives one pair of halves
// more, a version negotiation a server half.  Connection IDs decide, so a
// client that repeats an Initial before it heard the server does not answer
// it.  The spin bit is read as lib/flow/spin_observer.h says.
//
// Bias: handshake halves contain the computing of the side they name.
// Several packets may have led to an answer (a ClientHello in two datagrams
// is normal with post-quantum keys, and a server flight is several): `rtt`
// counts from the last, rtt + spread from the first, and the sample is
// ambiguous when the spread exceeds an eighth of the round trip.  Spin
// samples contain delay in both hosts.  Cost: one hash per UDP datagram that
// could be QUIC; the table is fixed.  Connections that migrate to other
// addresses are lost from sight.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "netlat/base/keyed_hash.h"
#include "netlat/base/time.h"
#include "netlat/flow/types.h"
#include "netlat/packet/segment.h"

namespace netlat {

enum class RttSpan : std::uint8_t { client_half, server_half, end_to_end };
enum class QuicRttClass : std::uint8_t { handshake, spin };

struct QuicSample {
  RttSpan span = RttSpan::end_to_end;
  QuicRttClass rtt_class = QuicRttClass::handshake;
  bool ambiguous = false;
  std::uint8_t candidates = 1;  ///< packets it may answer; 255: or more
  Nanos rtt{0};                 ///< never < 0
  Nanos spread{0};              ///< rtt + spread is the other bound
};

/// What one datagram told.
struct QuicReport {
  Dir dir = Dir::c2s;  ///< of the datagram; valid if count > 0
  std::uint8_t count = 0;
  std::array<QuicSample, 2> samples;  ///< the first `count` are valid
};

struct QuicCounters {
  std::uint64_t connections = 0;
  std::uint64_t evicted = 0;  ///< forgotten for want of room, not yet idle
  std::uint64_t retries = 0;  ///< Retry packets that asked for a new Initial
  std::uint64_t negotiations = 0;  ///< version negotiations
  std::uint64_t ambiguous = 0;     ///< samples so marked
  std::uint64_t duplicates = 0;    ///< Initials captured twice
  std::uint64_t negative = 0;      ///< answered before asked: the clock went
                                   ///< back; no sample
  std::uint64_t spinning = 0;      ///< connections with a spin sample
  std::uint64_t random_spin = 0;   ///< given up: the spin bit is random
};

/// A connection silent for longer is forgotten; answers after it are none.
inline constexpr Nanos kQuicTimeout = std::chrono::seconds{30};

class QuicTimer {
 public:
  static constexpr std::size_t kSlots = 4096;  ///< about 2 MB

  explicit QuicTimer(const KeyedHash& hash = KeyedHash(),
                     std::size_t slots = kSlots);
  QuicTimer(QuicTimer&&) noexcept;
  QuicTimer& operator=(QuicTimer&&) noexcept;
  ~QuicTimer();

  /// Takes any segment.
  QuicReport advance(const Segment& segment);

  /// Connections in the table, idle ones included.
  std::size_t size() const noexcept;
  const QuicCounters& counters() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace netlat
