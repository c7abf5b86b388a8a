// A receive window that closes or opens again (RFC 9293 3.8.6).

#include "lib/flow/tcp_engine.h"

namespace netlat {

void TcpEngine::closing_window(const Step& step) {
  Sender& me = step.me;
  const bool closed = me.trouble && me.trouble->window_closed;
  if (step.s.tcp.window == 0 && !closed && !step.s.has(kSyn)) {
    Trouble& t = trouble(me);
    ++t.zero_windows;
    t.window_closed = true;
    t.zero_window_since = step.s.time;
  } else if (step.s.tcp.window != 0 && closed) {
    Trouble& t = *me.trouble;
    t.window_closed = false;
    t.zero_window += step.s.time - t.zero_window_since;
  }
}

}  // namespace netlat
