#pragma once
// A TCP exchange written as text, one packet a line, from the two hosts'
// point of view; playback.h shows it to a capture point.
//
//   # comment
//   set delay=10 mss=1460 ws=7 ts=1 sack=1
//   0.000 > S
//   +10   < SA
//   +10   > A
//   +1    > PA len=1448 x10 every=0.1 lost @tail
//
// A line is the moment a packet leaves its host (seconds from the start, or
// +milliseconds after the line before), `>` for the client's and `<` for the
// server's, flags of "SFRPA", then:
//   len=      payload octets
//   seq= ack= relative to the initial number, which is 0; by default the next
//             to send, and the next the host wants of what has reached it
//   sack=a-b,c-d  blocks of the other side's numbers, or none; by default
//             what the host has received ahead, and a DSACK (RFC 2883) first
//             after a segment that it had already
//   win=      as in the header
//   id=       IP-ID relative to the host's first; id=none writes 0.  By
//             default counted per wire segment; a SYN-ACK carries 0
//   tsval= tsecr=  milliseconds relative to the host's, the peer's clock; by
//             default the time, and what RFC 7323 4.3 says to echo
//   ttl= mac=
//   data=a-b  shorthand for seq=a len=b-a
//   lost      does not get through
//   late=     further milliseconds on the way
//   twice=    arrives a second time so many milliseconds later
//   unseen    is delivered but not captured
//   zerolen   carries IPv4 total length 0
//   xN every= N of them, so many milliseconds apart (0.01)
//   @name     a label
// `new` begins another pair of sockets on the same ports, `new same` with the
// initial numbers of the one before, `new port=N` on another client port.
// FRAG in place of flags is an ICMP "fragmentation needed" for the receiving
// host's segment at seq=, with mtu=.
// `set` also knows midstream=1, where no SYN need come first.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "netlat/base/time.h"
#include "netlat/packet/segment.h"

namespace netlat::test {

/// One packet, numbers relative to those its socket began with.
struct Sent {
  std::size_t line = 0;  ///< of the text, from 0
  std::string label;
  Nanos time{0};
  bool by_client = true;
  std::uint8_t flags = 0;
  bool fragmentation_needed = false;
  std::uint32_t mtu = 0;
  std::int64_t seq = 0, ack = 0;
  std::uint32_t length = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> sack;
  std::uint16_t window = 502;
  std::optional<std::uint32_t> ip_id;  ///< none: 0 in the header
  std::uint32_t tsval = 0;
  std::optional<std::uint32_t> tsecr;  ///< none: 0 in the header
  bool timestamps = true, options = false, sack_permitted = true;
  std::uint16_t mss = 1460;
  std::uint8_t window_scale = 7;
  std::uint8_t ttl = 64, mac = 1;
  bool lost = false, unseen = false, zero_length = false;
  Nanos travel{0};             ///< host to host
  std::optional<Nanos> again;  ///< the second copy, after the first
  unsigned socket = 0;         ///< how many `new` came before
  unsigned initial = 0;        ///< the same, not counting `new same`
  Port client_port = 40000;

  bool has(TcpFlag flag) const { return (flags & flag) != 0; }
  std::int64_t end() const {
    return seq + length + (has(kSyn) ? 1 : 0) + (has(kFin) ? 1 : 0);
  }
};

/// The packets in the order they were sent.  Throws std::invalid_argument,
/// with the line, on text that it does not understand.
std::vector<Sent> parse_exchange(std::string_view text);

/// The lines of a text, blank ones included.
std::vector<std::string> lines_of(std::string_view text);

}  // namespace netlat::test
