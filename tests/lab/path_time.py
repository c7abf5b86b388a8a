"""How long the way between two hosts really took, as their captures say.

Both taps read the clock of one machine.  So of every segment with data that
host A sent and that host B acknowledged, four moments are known: it left A's
tap, all of it had reached B's, the acknowledgment left B's tap, it reached
A's.  What lies between the second and the third is B's doing; the rest is the
way.  A late wire, a busy processor or a queue in a device is in it, whatever
the wire was told to do, and an estimate of netlat has to follow.

Only for runs in which nothing is lost or sent again: a segment is known by the
octets it ends with.  The wanted median is over the connection with most
samples, because that is how an expectation is read.
"""
import collections
import ipaddress
import struct

RAW, ETHERNET = 101, 1
Segment = collections.namedtuple("Segment", "time key seq ack length flags")
FIN, SYN, ACK = 1, 2, 16


def segments(path):
    """Every TCP segment of a nanosecond pcap file of this machine's order."""
    with open(path, "rb") as file:
        octets = file.read()
    magic, link = struct.unpack_from("<I", octets)[0], struct.unpack_from(
        "<I", octets, 20)[0]
    if magic != 0xa1b23c4d or link not in (RAW, ETHERNET):
        raise ValueError("%s: not a capture of the lab" % path)
    at = 24
    while at + 16 <= len(octets):
        seconds, nanos, size, _ = struct.unpack_from("<IIII", octets, at)
        packet = octets[at + 16:at + 16 + size]
        at += 16 + size
        segment = _segment(seconds * 10**9 + nanos,
                           packet[14:] if link == ETHERNET else packet)
        if segment:
            yield segment


def _segment(time, ip):
    if len(ip) < 40 or ip[0] >> 4 not in (4, 6):
        return None
    if ip[0] >> 4 == 4:
        if ip[9] != 6:
            return None
        start = 4 * (ip[0] & 15)
        end = struct.unpack_from(">H", ip, 2)[0]
        addresses = ip[12:16], ip[16:20]
    else:
        if ip[6] != 6:
            return None
        start, end = 40, 40 + struct.unpack_from(">H", ip, 4)[0]
        addresses = ip[8:24], ip[24:40]
    tcp = ip[start:]
    sport, dport, seq, ack, offset, flags = struct.unpack_from(">HHIIBB", tcp)
    source, target = (str(ipaddress.ip_address(a)) for a in addresses)
    return Segment(time, (source, sport, target, dport), seq, ack,
                   end - start - 4 * (offset >> 4), flags)


def reverse(key):
    return key[2:] + key[:2]


def after(a, b):
    """Whether sequence number a is b or later."""
    return (a - b) % 2**32 < 2**31


class _Tap:
    """A capture, its segments by direction of connection."""

    def __init__(self, path):
        self.all = collections.defaultdict(list)
        for segment in segments(path):
            self.all[segment.key].append(segment)

    def arrival(self, key, end, since):
        """When, from `since` on, all octets before `end` had been seen."""
        return next((s.time for s in self.all[key] if s.time >= since and
                     after(s.seq + s.length, end)), None)

    def acknowledged(self, key, end, since):
        return next((s.time for s in self.all[key] if s.time >= since and
                     s.flags & ACK and after(s.ack, end)), None)


def samples(near_path, far_path, senders):
    """{connection: nanoseconds of each segment's way there and back}."""
    near, far = _Tap(near_path), _Tap(far_path)
    out = collections.defaultdict(list)
    for key, sent in near.all.items():
        if key[0] not in senders:
            continue
        for s in sent:
            if not s.length or s.flags & SYN:
                continue
            end = (s.seq + s.length) % 2**32
            moments = [s.time]
            for look, direction in ((far.arrival, key),
                                    (far.acknowledged, reverse(key)),
                                    (near.acknowledged, reverse(key))):
                moment = look(direction, end, moments[-1])
                if moment is None:
                    break
                moments.append(moment)
            else:
                left, reached, answered, back = moments
                out[key].append(reached - left + back - answered)
    return out


def median(near_path, far_path, senders):
    """Of the connection with most samples; None without any."""
    most = sorted(max(samples(near_path, far_path, senders).values(),
                      key=len, default=[]))
    return most[len(most) // 2] if most else None
