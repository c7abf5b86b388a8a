// Receive windows: closed, and filled to the edge (RFC 9293 3.8.6).

#include "lib/flow/tcp_engine.h"

namespace netlat {

void TcpEngine::take_window(Step& step) {
  Sender& me = step.me;
  const std::uint16_t window = step.s.tcp.window;
  me.window = window;
  const bool closed = me.trouble && me.trouble->window_closed;
  if (window == 0 && !closed && !step.s.has(kSyn)) {
    Trouble& t = trouble(me);
    ++t.zero_windows;
    t.window_closed = true;
    t.zero_window_since = step.s.time;
  } else if (window != 0 && closed) {
    Trouble& t = *me.trouble;
    t.window_closed = false;
    t.zero_window += step.s.time - t.zero_window_since;
  }
}

void TcpEngine::window_full(Step& step) {
  // Without both SYNs the scale is unknown and no verdict is possible.
  const Sender& peer = step.peer;
  Sender& me = step.me;
  if (!peer.saw_syn || !me.saw_syn || peer.window == 0) return;
  const ExtSeq edge = me.snd_una + static_cast<ExtSeq>(window_octets(peer, me));
  if (me.snd_max == edge) ++trouble(me).window_full;
}

}  // namespace netlat
