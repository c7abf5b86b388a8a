#pragma once
// One message from a socket or its error queue, with what the kernel says
// beside it: who sent it, when it came, its TTL.

#include <array>
#include <cstdint>
#include <optional>

#include "netlat/base/address.h"
#include "netlat/base/bytes.h"
#include "netlat/base/time.h"

namespace netlat {

/// An ICMP error about a packet of ours, or an error of this host.
struct QueuedError {
  bool local = false;
  std::uint8_t type = 0, code = 0;
  std::uint32_t info = 0;             ///< next-hop MTU of a too-big error
  std::optional<IpAddress> offender;  ///< who sent the ICMP error
  std::uint16_t extension_at = 0;     ///< in the data; 0: the kernel saw none
};

struct SocketMessage {
  Bytes data;                            ///< valid until the next read
  std::optional<IpAddress> peer;         ///< sender; for errors where it went
  std::optional<Nanos> stamp;            ///< realtime, by the kernel
  std::optional<std::uint8_t> ttl;       ///< of the packet that came
  std::optional<QueuedError> error;      ///< set for an ICMP or local error
  std::optional<std::uint32_t> sent_id;  ///< `stamp` is of this send of ours
};

class MessageReader {
 public:
  /// The next message of the error queue or, without `errors`, of the data;
  /// nullopt if there is none.  Never waits.
  std::optional<SocketMessage> read(int fd, bool errors);

 private:
  std::array<std::uint8_t, 65'536> data_;
};

}  // namespace netlat
