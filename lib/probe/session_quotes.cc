// What routers quote of a session's probes, held against what was sent.

#include "lib/probe/session.h"

namespace netlat {

// The kernel counts the packets of a socket in the IP-ID, from a number that
// it does not tell.
void Session::learn_ip_id(Traveller& t, const SentProbe& probe,
                          const ProbeHead& quoted) {
  if (!quoted.ip_id || (t.id_ttl && probe.ttl > *t.id_ttl)) return;
  t.id_ttl = probe.ttl;
  t.id_of_first = static_cast<std::uint16_t>(*quoted.ip_id - probe.sends);
}

Rewrite Session::rewrite_of(const Traveller& t, const SentProbe& probe,
                            const ProbeHead& quoted) const {
  ProbeHead sent;
  sent.source = t.lane->source;
  sent.target = plan_.target;
  sent.source_port = t.lane->source_port;
  sent.tos = static_cast<std::uint8_t>(plan_.dscp << 2);
  const std::size_t length = plan_.size - (plan_.target.is_v4() ? 20u : 40u);
  ProbeChecksum checksum;
  switch (t.lane->protocol) {
    case ProbeProtocol::tcp:
      sent.port = plan_.port;
      if (!quoted.segment) return compare_heads(sent, quoted, {});
      checksum = segment_checksum(*sent.source, plan_.target, *quoted.segment);
      break;
    case ProbeProtocol::udp:
    case ProbeProtocol::quic:
      sent.port = t.lane->target_port;
      checksum =
          datagram_checksum(*sent.source, plan_.target, *sent.source_port,
                            t.lane->target_port, length);
      break;
    case ProbeProtocol::icmp:
      checksum =
          echo_checksum(*sent.source, plan_.target, *sent.source_port, length);
      break;
  }
  sent.checksum = checksum.whole;
  if (t.id_ttl && t.lane->protocol != ProbeProtocol::tcp) {
    sent.ip_id = static_cast<std::uint16_t>(t.id_of_first + probe.sends);
  }
  return compare_heads(sent, quoted, checksum.partial);
}

// Of a SYN the last one of its lane, if the kernel took an answer to it from
// the same router.
const SentProbe* Session::quoted_probe(const Quote& quote) const {
  if (quote.cookie) return registry_.find_cookie(*quote.cookie);
  if (plan_.protocol != ProbeProtocol::tcp ||
      quote.head.target != plan_.target || quote.head.port != plan_.port) {
    return nullptr;
  }
  for (const Traveller& t : travellers_) {
    if (t.lane->source_port != quote.head.source_port) continue;
    const SentProbe* probe = registry_.find(t.last_probe);
    const bool taken = probe != nullptr && probe->number >= t.first_probe &&
                       probe->state == ProbeState::answered &&
                       t.path.answers(probe->ttl, quote.from);
    return taken ? probe : nullptr;
  }
  return nullptr;
}

bool Session::take_quote(const Quote& quote) {
  const SentProbe* probe = quoted_probe(quote);
  if (probe == nullptr) return false;
  if (probe->lane >= travellers_.size()) return true;
  Traveller& t = travellers_[probe->lane];
  if (probe->number < t.first_probe) return true;
  learn_ip_id(t, *probe, quote.head);
  t.path.quoted(*probe, quote.from, rewrite_of(t, *probe, quote.head));
  return true;
}

}  // namespace netlat
