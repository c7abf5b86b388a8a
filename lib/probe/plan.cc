#include "netlat/probe/plan.h"

namespace netlat {

const char* protocol_name(ProbeProtocol protocol) {
  switch (protocol) {
    case ProbeProtocol::icmp:
      return "ICMP";
    case ProbeProtocol::udp:
      return "UDP";
    case ProbeProtocol::tcp:
      return "TCP";
    case ProbeProtocol::quic:
      return "QUIC";
  }
  return "";
}

}  // namespace netlat
