#pragma once
// Round trips of ping: ICMP and ICMPv6 echo (RFC 792, RFC 4443 4).
//
// Problem: how long from an echo request to its reply at this capture point?
// Method: a request is remembered by both addresses, identifier, sequence
// number and capture point; the first reply that agrees in all of them ends
// it.  The sequence number is 16 bits, so a fast sender comes round: a second
// request before the reply makes the answer ambiguous and both times are
// given.  Bias: the time includes the responder's own delay, and many
// responders and routers answer echo slower, or less often, than they
// forward.  Replies to multicast or broadcast requests come from other
// addresses and match nothing.  Cost: one hash per echo; the table is fixed.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "netlat/base/address.h"
#include "netlat/base/keyed_hash.h"
#include "netlat/base/time.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// Which request.
struct EchoRequest {
  IpAddress requester, responder;
  std::uint32_t vantage = 0;
  std::uint16_t id = 0, sequence = 0;
};

struct EchoReply {
  EchoRequest request;
  Nanos since_first{0}, since_last{0};  ///< differ if repeats > 0; never < 0
  std::uint32_t repeats = 0;  ///< requests with these numbers after the first
};

/// A request without a reply within kEchoTimeout of its last copy.
struct EchoUnanswered {
  EchoRequest request;
  Stamp first, last;
  std::uint32_t repeats = 0;
};

/// As long as ping itself waits for the last reply (iputils: 10 s).
inline constexpr Nanos kEchoTimeout = std::chrono::seconds{10};

/// requests == replies + unanswered + evicted + negative + pending().
struct EchoCounters {
  std::uint64_t requests = 0;  ///< repeats not counted
  std::uint64_t repeats = 0;
  std::uint64_t replies = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t evicted = 0;            ///< forgotten for want of room
  std::uint64_t negative = 0;           ///< replied before asked: clock back
  std::uint64_t duplicate_replies = 0;  ///< further replies to one request
  std::uint64_t unmatched = 0;          ///< replies to no known request, late
  std::uint64_t duplicates = 0;         ///< a request captured twice
};

class IcmpEchoTimer {
 public:
  static constexpr std::size_t kSlots = 4096;  ///< about 0.7 MB

  explicit IcmpEchoTimer(const KeyedHash& hash = KeyedHash(),
                         std::size_t slots = kSlots);
  IcmpEchoTimer(IcmpEchoTimer&&) noexcept;
  IcmpEchoTimer& operator=(IcmpEchoTimer&&) noexcept;
  ~IcmpEchoTimer();

  /// Takes any segment; a value when it replies to a request.
  std::optional<EchoReply> advance(const Segment& segment);

  /// One request whose time ran out before `now`, or none.  Call until empty,
  /// about once a second of capture time and at its end.
  std::optional<EchoUnanswered> take_unanswered(Stamp now);

  /// Requests still waiting.
  std::size_t pending() const noexcept;
  const EchoCounters& counters() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace netlat
