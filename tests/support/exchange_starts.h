#pragma once
// Beginnings of exchanges that many tests share.

#include <string>

#include "tests/support/playback.h"

namespace netlat::test {

/// A handshake over a way of 10 ms each way, seen from the client.
inline const std::string kSetup = R"(
set delay=10
0.000 > S
+10 < SA
+10 > A
)";

/// A connection that has then sent 30 segments and had them acknowledged:
/// enough to know the round trip and to trust the IP-ID.
inline const std::string kWarm = kSetup + R"(
+1 > PA len=1448 x30 every=0.1
0.0311 < A x15 every=0.2
)";

/// Retransmissions with that cause.
inline unsigned cause(const FinishedHalf& half, RetransmitCause c) {
  return half.trouble.by_cause[static_cast<std::size_t>(c)];
}

}  // namespace netlat::test
