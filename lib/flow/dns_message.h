#pragma once
// The header and the one question of a DNS message (RFC 1035 4.1).
//
// Names in a question are not compressed: there is nothing before them to
// point to.  A pointer there is therefore malformed, no pointer is followed
// and no name can loop.

#include <cstdint>

#include "netlat/base/bytes.h"
#include "netlat/flow/name_octets.h"

namespace netlat {

struct DnsMessage {
  std::uint16_t id = 0;
  std::uint16_t qtype = 0, qclass = 0;  ///< 0: cut off
  std::uint8_t opcode = 0, rcode = 0;
  bool response = false;
  bool truncated = false;
  bool name_cut = false;
  NameOctets name;  ///< lower case
};

enum class DnsParse : std::uint8_t {
  question,     ///< all, or what the snapshot length left of it
  no_question,  ///< QDCOUNT 0; the header is valid
  unusual,      ///< several questions
  cut,          ///< not even a header was captured
  malformed,
};

/// `captured` is what was captured of `length` octets on the wire.
DnsParse parse_dns(Bytes captured, std::uint32_t length, DnsMessage& out);

}  // namespace netlat
