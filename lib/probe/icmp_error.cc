#include "lib/probe/icmp_error.h"

namespace netlat {

namespace {

// RFC 792, 1122 and 4443.
std::optional<AnswerKind> meaning_of_v4(const QueuedError& e, bool udp) {
  switch (e.type) {
    case 3:
      if (e.code == 4) return AnswerKind::too_big;
      // Of a port: the probe got through, whoever says so.
      if (e.code == 3 && udp) return AnswerKind::reached;
      return AnswerKind::unreachable;
    case 11:
      if (e.code == 0) return AnswerKind::time_exceeded;
      return std::nullopt;
    case 12:
      return AnswerKind::unreachable;
    default:
      return std::nullopt;
  }
}

std::optional<AnswerKind> meaning_of_v6(const QueuedError& e, bool udp) {
  switch (e.type) {
    case 1:
      if (e.code == 4 && udp) return AnswerKind::reached;
      return AnswerKind::unreachable;
    case 2:
      return AnswerKind::too_big;
    case 3:
      if (e.code == 0) return AnswerKind::time_exceeded;
      return std::nullopt;
    case 4:
      return AnswerKind::unreachable;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<AnswerKind> meaning_of(const QueuedError& error, bool v6,
                                     ProbeProtocol protocol) {
  if (error.local || !error.offender) return std::nullopt;
  const bool udp = protocol == ProbeProtocol::udp;
  return v6 ? meaning_of_v6(error, udp) : meaning_of_v4(error, udp);
}

}  // namespace netlat
