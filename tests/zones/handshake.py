"""What handshakes took between two captures of one machine, whose clock stamped
both: the truth of a round trip, with everything between the capture points in
it (the wire, its devices, the scheduler that lets it run)."""
import collections

import capture


def middle(values):
    return sorted(values)[len(values) // 2]


def handshakes(path):
    """(what tells the packet, packet) of each SYN and SYN-ACK."""
    return ((p[:-1], p) for p in capture.packets(path)
            if p.flags & capture.SYN)


def round_trips(client_capture, server_capture):
    """(client address, server address) -> ns: the SYN's way from one capture
    to the other, what the server's kernel took to answer and the SYN-ACK's way
    back, each the median of all connections."""
    legs = collections.defaultdict(lambda: ([], [], []))
    at_client = dict(handshakes(client_capture))
    asked = {}
    for identity, p in handshakes(server_capture):
        if identity not in at_client:
            continue
        took = abs(at_client[identity].time_ns - p.time_ns)
        if p.flags & capture.ACK:
            there, host, back = legs[p.dst, p.src]
            back.append(took)
            host.append(p.time_ns - asked[p.dst, p.dport, p.src, p.sport])
        else:
            there, host, back = legs[p.src, p.dst]
            there.append(took)
            asked[p.src, p.sport, p.dst, p.dport] = p.time_ns
    return {pair: sum(map(middle, three)) for pair, three in legs.items()
            if all(three)}
