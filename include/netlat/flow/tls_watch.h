#pragma once
// Which connections are TLS, and when their handshakes happened.
//
// A timer of about one kilobyte hangs off a connection only from its first
// octet that looks like a TLS record until the handshake is over; what remains
// is the result.  Timers are bounded: beyond kMostOpen handshakes under way
// further connections are not timed, and counted.

#include <cstdint>
#include <deque>
#include <vector>

#include "netlat/flow/segment_facts.h"
#include "netlat/flow/tls_timer.h"
#include "netlat/packet/segment.h"

namespace netlat {

class TlsWatch {
 public:
  static constexpr std::size_t kMostOpen = 65'536;

  /// Takes a TCP segment with what the engine said of it.  Only connections
  /// whose first octets were captured are read.
  void advance(const Segment& s, const SegmentFacts& facts) {
    // A handshake is over long before this; resumption tickets do not matter.
    constexpr std::uint32_t kHandshakeReach = 1u << 18;
    if (facts.segment_class != SegmentClass::new_data ||
        s.payload_length == 0 || facts.relative_seq > kHandshakeReach ||
        facts.connection == SegmentFacts::kNoConnection) {
      return;
    }
    const std::uint32_t state =
        facts.connection < states_.size() ? states_[facts.connection] : kFresh;
    if (state != kOver) read(s, facts, state);
  }

  /// Whether any connection is in a handshake.
  bool timing() const noexcept { return timing_ != 0; }
  /// Whether a request and its response now are flights of the handshake and
  /// not the application's.
  bool in_handshake(std::uint32_t connection) const {
    if (connection >= states_.size()) return false;
    const std::uint32_t state = states_[connection];
    return state != kFresh && state != kOver && under_way(state);
  }
  /// One more such pair.
  void count_flight(std::uint32_t connection);
  std::uint32_t flights(std::uint32_t connection) const;

  /// The handshake of a connection; nullptr if it is not TLS.  Valid until
  /// release() or advance().
  const TlsHandshake* result(std::uint32_t connection) const;
  /// The index may now mean another connection.
  void release(std::uint32_t connection);

  std::uint64_t not_timed() const noexcept { return not_timed_; }

 private:
  // A state is kFresh, kOver (not TLS), or 1 + the index of an entry.
  static constexpr std::uint32_t kFresh = 0, kOver = 0xffff'ffff;
  struct Entry {
    TlsHandshake result;
    std::uint32_t timer = 0;  // 1 + index into timers_; 0: handshake over
    std::uint32_t flights = 0;
  };
  bool under_way(std::uint32_t state) const;
  void read(const Segment& s, const SegmentFacts& facts, std::uint32_t state);
  std::uint32_t open(std::uint32_t connection);
  void close_timer(Entry& entry);

  std::vector<std::uint32_t> states_;  // by connection
  std::deque<Entry> entries_;
  std::vector<std::uint32_t> free_entries_;
  std::deque<TlsTimer> timers_;
  std::vector<std::uint32_t> free_timers_;
  std::size_t timing_ = 0;  // timers in use
  std::uint64_t not_timed_ = 0;
};

}  // namespace netlat
