#pragma once
// The outstanding ranges that one ACK covers for the first time.

#include <cstddef>

#include "lib/flow/tcp_engine.h"

namespace netlat {

/// The first `whole` entries of the peer's range queue lie below `ack`; with
/// `partial` the next one is cut by it.  Valid until the queue changes.
struct TcpEngine::Covered {
  ExtSeq ack = 0;
  std::size_t whole = 0;
  bool partial = false;
};

}  // namespace netlat
