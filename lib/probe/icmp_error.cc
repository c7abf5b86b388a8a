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

std::optional<Answer> read_icmp_error(const SocketMessage& message, bool v6,
                                      ProbeProtocol protocol,
                                      std::size_t quoted) {
  if (!message.error) return std::nullopt;
  const QueuedError& e = *message.error;
  if (e.local || !e.offender) return std::nullopt;
  const bool udp = protocol == ProbeProtocol::udp;
  const auto kind = v6 ? meaning_of_v6(e, udp) : meaning_of_v4(e, udp);
  if (!kind) return std::nullopt;
  Answer answer;
  answer.kind = *kind;
  answer.from = *e.offender;
  answer.type = e.type;
  answer.code = e.code;
  if (*kind == AnswerKind::too_big) answer.mtu = e.info;
  answer.reply_ttl = message.ttl;
  answer.extension = find_extension(message.data, e.extension_at, quoted);
  return answer;
}

}  // namespace netlat
