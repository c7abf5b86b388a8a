#pragma once
// How long name servers took to answer over UDP.
//
// Problem: how long did a client wait for a name, and was it the server or a
// lost datagram?  Method: a query is remembered by addresses, ports, capture
// point, identifier and question (name, type, class; RFC 1035 4.1, RFC 5452
// 9.1); the first response that agrees in all of them answers it.  A client
// that asks again with the same identifier leaves it open which copy was
// answered: both times are given, since the first and since the last.  Bias:
// since_last is too short if the answer belongs to an earlier copy,
// since_first contains the client's own timer.  The rcode is that of the
// header; extended codes (RFC 6891 6.1.3) stand in a part of the message that
// is not read.  Cost: one hash per port-53 datagram; the table is fixed.
//
// Multicast DNS and LLMNR (5353, 5355) count only if both addresses are
// unicast: a multicast question has any number of responders, which wait a
// random time on purpose (RFC 6762 6, RFC 4795 2.7) and answer from another
// address than was asked.
//
// Names cut off by the snapshot length match as far as both sides show them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "netlat/base/address.h"
#include "netlat/base/keyed_hash.h"
#include "netlat/base/time.h"
#include "netlat/flow/name_octets.h"
#include "netlat/packet/segment.h"

namespace netlat {

/// Who asked whom for what.
struct DnsQuestion {
  IpAddress client, server;
  Port client_port = 0, server_port = 0;
  std::uint32_t vantage = 0;
  std::uint16_t id = 0;
  NameOctets name;  ///< lower case, dots between labels, "." for the root
  std::uint16_t qtype = 0, qclass = 0;  ///< 0: cut off
  bool name_cut = false;  ///< the snapshot length ended in the name
};

struct DnsAnswer {
  DnsQuestion question;
  Nanos since_first{0}, since_last{0};  ///< from the query copies; never < 0
  std::uint32_t retries = 0;            ///< query copies after the first
  std::uint8_t rcode = 0;               ///< 0 to 15
  bool truncated = false;               ///< TC: the client will ask over TCP
};

/// A query nobody answered within kDnsTimeout of its last copy.
struct DnsUnanswered {
  DnsQuestion question;
  Stamp first, last;
  std::uint32_t retries = 0;
};

/// Longer than any stub resolver waits (glibc: 5 s, at most 30), shorter than
/// identifiers take to come round.
inline constexpr Nanos kDnsTimeout = std::chrono::seconds{30};

/// queries == answers + unanswered + evicted + negative + pending().
struct DnsCounters {
  std::uint64_t queries = 0;  ///< each question once, retries not counted
  std::uint64_t retries = 0;
  std::uint64_t answers = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t evicted = 0;     ///< forgotten for want of room
  std::uint64_t negative = 0;    ///< answered before asked: the clock went back
  std::uint64_t unmatched = 0;   ///< responses to no known query, repeats, late
  std::uint64_t duplicates = 0;  ///< a query captured twice
  std::uint64_t other = 0;       ///< not QUERY, or not exactly one question
  std::uint64_t malformed = 0;   ///< header or question contradict themselves
  std::uint64_t cut = 0;         ///< the snapshot length left no question
};

class DnsTimer {
 public:
  static constexpr std::size_t kSlots = 4096;  ///< about 1.7 MB

  explicit DnsTimer(const KeyedHash& hash = KeyedHash(),
                    std::size_t slots = kSlots);
  DnsTimer(DnsTimer&&) noexcept;
  DnsTimer& operator=(DnsTimer&&) noexcept;
  ~DnsTimer();

  /// True if the datagram is one this timer reads.
  static bool concerns(const Segment& segment) noexcept;

  /// Takes any segment; a value when it answers a query.
  std::optional<DnsAnswer> advance(const Segment& segment);

  /// One query whose time ran out before `now`, or none.  Call until empty,
  /// about once a second of capture time and at its end; queries that time
  /// out unasked for are counted all the same.
  std::optional<DnsUnanswered> take_unanswered(Stamp now);

  /// Queries still waiting.
  std::size_t pending() const noexcept;
  const DnsCounters& counters() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace netlat
