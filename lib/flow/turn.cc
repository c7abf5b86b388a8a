// Requests and responses.
//
// A turn begins with the client's first new octet after a response (or at the
// start) and ends with the last octet the server sends before the client's
// next.  Service time is the last request octet to the first response octet,
// less the smallest round trip between the capture point and the server, so
// that it means the same at a client-side and at a server-side capture.  A
// server that speaks first (a greeting) starts no turn.  A turn with a
// retransmission inside is counted and its service time left out: the stall is
// in the direction's `stall`, not in the server.
//
// Bias: pipelined and multiplexed requests merge into one turn.

#include "lib/flow/tcp_engine.h"

namespace netlat {

void TcpEngine::take_turn(Step& step) {
  Connection& c = step.c;
  const Stamp now = step.s.time;
  if (step.dir == Dir::c2s) {
    if (c.phase == TurnPhase::request) {
      c.turn_mark = now;
      return;
    }
    if (c.phase == TurnPhase::response) {
      step.facts.has_elapsed = true;
      step.facts.elapsed = c.turn_mark - c.turn_start;
    }
    c.phase = TurnPhase::request;
    c.turn_start = c.turn_mark = now;
    c.turn_lossy = false;
    return;
  }
  if (c.phase == TurnPhase::none) return;
  if (c.phase == TurnPhase::request) {
    ++c.turns;
    c.phase = TurnPhase::response;
    const WindowedMin& network = c.of(Dir::c2s).min_rtt;
    const Nanos wait = now - c.turn_mark;
    if (c.turn_lossy) {
      ++c.turns_lossy;
    } else if (network.known() && wait.count() >= 0) {
      step.facts.has_service = true;
      step.facts.service = std::max(Nanos{0}, wait - Nanos{network.value()});
    }
  }
  c.turn_mark = now;
}

}  // namespace netlat
