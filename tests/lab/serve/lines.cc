// The lines of lab-serve.
//
//   listen ADDRESS:PORT [backlog=N] [tls=1.2|1.3] [tickets=on|off]
//          [handshake_cpu=DURATION] [sndbuf=SIZE] [rcvbuf=SIZE]
//          [nodelay=on|off] [congestion=NAME] [keepalive=IDLE,INTERVAL,COUNT]
//     Accept connections; several lines, and several addresses with commas,
//     are several listeners.  handshake_cpu is what each TLS handshake costs
//     from the first octets of the ClientHello to the ServerHello, each
//     connection on a processor of its own.
//
//   shape NAME [cpu=DURATION] [think=DURATION] [reply=SIZE]
//         [chunks=N every=DURATION]
//     How requests of this name are answered: after `cpu` of computing, during
//     which the whole program does nothing else, and `think`, which may be
//     random (normal:30ms:5ms); with `reply` octets in `chunks` writes.
//     Octets count the heads: at least 20 for a reply, 40 for a request.
//   shape NAME ... calls=N to=ADDRESS:PORT[,...] call=SHAPE [request=SIZE]
//          [parallel=on|off] [connections=N] [tls=1.2|1.3] [resume=on|off]
//          [sni=NAME] [bind=ADDRESS[:PORT]] [any option of a socket]
//     N calls of `request` octets to other servers between think and reply,
//     in turn to each address, one after the other or all at once, over at
//     most `connections` a server.  calls=0 ends it.
//     A line for a shape there is changes what it names, for requests whose
//     service begins later.
//
//   workers N | unlimited
//     Requests in service at the same time; the others queue.
//   cold count=N from=DURATION to=DURATION | off
//     The next N requests think this long instead, falling geometrically.
//   hold on | off | DURATION
//     Requests that get a worker wait with it until off.
//   handshake cpu=DURATION
//     The same, from now on and for every listener.
//   accept on | pause[=DURATION]
//     A paused server accepts nothing; the backlog fills.
//   read on | pause[=DURATION] | size=SIZE every=DURATION
//     How fast all connections are read; see rcvbuf.
//   close after=N idle=DURATION [rst=on|off] | off
//     End a connection after N replies, or when idle; with a reset even if
//     the last reply is still in the socket.
//   close now [rst=on|off]
//     End all connections there are.
//   seed N
//     Of the random think times.

#include <array>

#include "tests/lab/common/verbs.h"
#include "tests/lab/serve/serve.h"

namespace lab::load {

void Serve::read(Line& line, bool apply) {
  static constexpr std::array<Verb<Serve>, 9> kVerbs{
      {{"listen", &Serve::listen},
       {"shape", &Serve::shape},
       {"workers", &Serve::workers},
       {"cold", &Serve::cold},
       {"hold", &Serve::hold},
       {"handshake", &Serve::handshake},
       {"accept", &Serve::accept},
       {"close", &Serve::close},
       {"seed", &Serve::seed}}};
  if (line.verb() == "read") {
    pace_.read(line, apply);
    return;
  }
  read_by_verb(kVerbs, *this, line, apply);
}

}  // namespace lab::load
