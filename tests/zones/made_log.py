"""VPC flow log lines of captures, as the interfaces of their hosts would have
logged them: one line a direction of a flow and a minute."""
import collections

import capture

HEADER = ("version interface-id srcaddr dstaddr srcport dstport protocol "
          "packets bytes start end action log-status az-id flow-direction "
          "tcp-flags pkt-srcaddr pkt-dstaddr")
WINDOW = 60


def lines(path, interface, addresses, zone, later=0):
    """The text of what one interface with these addresses, in `zone`, logs,
    dated `later` seconds after the truth."""
    class Totals:
        def __init__(self):
            self.packets = self.octets = self.flags = self.last = 0
            self.first = 1 << 62
    flows = collections.defaultdict(Totals)
    for p in capture.packets(path):
        second = p.time_ns // 10 ** 9
        t = flows[p.src, p.dst, p.sport, p.dport, second // WINDOW]
        t.packets += 1
        t.octets += p.length
        if p.flags & capture.SYN:
            t.flags |= p.flags & (capture.SYN | capture.ACK)
        t.flags |= p.flags & (capture.FIN | capture.RST)
        t.first = min(t.first, second)
        t.last = max(t.last, second)
    text = []
    for (src, dst, sport, dport, _), t in flows.items():
        way = "egress" if src in addresses else "ingress"
        text.append(" ".join(map(str, (
            5, interface, src, dst, sport, dport, 6, t.packets, t.octets,
            t.first + later, t.last + later, "ACCEPT", "OK", zone, way,
            t.flags, src, dst))))
    return text
