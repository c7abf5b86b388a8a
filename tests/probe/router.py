#!/usr/bin/env python3
"""A path of routers in one program, on a TUN device of its network, for IPv4
and IPv6: what it answers depends on the last octet of the target.  Run as:
router.py NAME."""
import fcntl
import os
import random
import struct
import sys

from packets import FAMILIES, checksum

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454ca, 0x0001, 0x1000
HOPS = 4  # the target is the fourth


def refusal(ip, packet):
    """A reset, as a closed TCP port answers a SYN."""
    source, target = ip.target(packet), ip.source(packet)
    syn = packet[ip.header:]
    number = struct.unpack("!I", syn[4:8])[0] + 1 & 0xffffffff
    segment = syn[2:4] + syn[:2] + struct.pack(
        "!IIBBHHH", 0, number, 0x50, 0x14, 0, 0, 0)
    total = checksum(ip.pseudo(source, target, 6, 20) + segment)
    segment = segment[:16] + struct.pack("!H", total) + segment[18:]
    return ip.packet(source, target, segment, 61, protocol=6)


def mpls(*labels):
    stack = b"".join(
        struct.pack("!I", label << 12 | (i == len(labels) - 1) << 8 | 1)
        for i, label in enumerate(labels))
    return struct.pack("!HBB", 4 + len(stack), 1, 1) + stack


def interface(name):
    text = name.encode()
    size = (len(text) + 4) // 4 * 4
    payload = struct.pack("!I", 7) + bytes([size]) + text.ljust(size - 1,
                                                                b"\0")
    return struct.pack("!HBB", 4 + len(payload), 2, 0x0a) + payload


def extension(objects, version=2, right=True):
    head = struct.pack("!BBH", version << 4, 0, 0) + objects
    total = checksum(head)
    if right is None:
        total = 0  # not transmitted
    elif not right:
        total ^= 0x1234
    return head[:2] + struct.pack("!H", total) + head[4:]


# What hop 2 attaches, by the last octet of the target from 20 on: the length
# field, in octets that are to be words of the family, and the octets behind
# the quote of 128.
WHOLE, WRONG_UNIT, BEYOND = 128, None, 0xff
EXTENSIONS = [
    (WHOLE, extension(mpls(16001, 299776))),        # 20 as RFC 4884 says
    (0, extension(mpls(16001))),                    # 21 before RFC 4884
    (WRONG_UNIT, extension(mpls(16001))),           # 22 octets, not words
    (WHOLE, extension(mpls(16001), right=None)),    # 23 without checksum
    (WHOLE, extension(interface("et-0/0/1") + mpls(16001))),  # 24
    (WHOLE, extension(mpls(16001), right=False)),   # 25 wrong checksum
    (WHOLE, extension(mpls(16001), version=3)),     # 26 unknown version
    (WHOLE, extension(struct.pack("!HBB", 0, 1, 1))),  # 27 object of length 0
    (WHOLE, extension(struct.pack("!HBB", 4000, 1, 1))),  # 28 beyond the end
    (WHOLE, extension(mpls(*range(100, 140)))),     # 29 forty labels
    (BEYOND, extension(mpls(16001))),               # 30 length beyond the end
    (WHOLE, b"\x20"),                               # 31 cut in its head
    (WHOLE, extension(interface("\x1b[2J" + "x" * 50))),  # 32 hostile name
]


def rewritten(ip, packet):
    """As a router behind a translator would quote it."""
    quote = bytearray(packet[:128])
    udp = ip.protocol(packet) == 17
    if ip.protocol(packet) == 6:
        # One that restores addresses and ports but not the checksum.
        quote[ip.header + 16] ^= 0x11
        return bytes(quote)
    quote = bytearray(ip.translated(bytes(quote), ip.octets(ip.elsewhere)))
    if udp:
        quote[ip.header:ip.header + 2] = struct.pack("!H", 4242)
    # The identifier of an echo stays, or the kernel would not find its owner.
    at = ip.header + (6 if udp else 2)
    quote[at:at + 2] = bytes(o ^ 0x11 for o in quote[at:at + 2])
    return bytes(quote)


class Probe:
    """A packet that came, and the answers to it."""

    def __init__(self, packet):
        self.ip = ip = FAMILIES[packet[0] >> 4]
        self.packet, self.ttl = packet, packet[ip.ttl_at]
        self.source, self.target = ip.source(packet), ip.target(packet)
        self.protocol = ip.protocol(packet)
        self.quote, self.case = packet[:128], self.target[-1]

    def router(self, number, network=0):
        return self.ip.octets(self.ip.address(network, number))

    def tell(self, source, kind, code, body=None, rest=b"\0\0\0\0", ttl=64):
        """An ICMP message about it."""
        return self.ip.message(source, self.source, kind, code,
                               self.quote if body is None else body, rest,
                               ttl)

    def honest(self, body=None, rest=b"\0\0\0\0", source=None, hops=HOPS):
        """What a router, or the target, answers as it should."""
        ip = self.ip
        if self.ttl < hops:
            return self.tell(source or self.router(self.ttl), ip.exceeded, 0,
                             body, rest, 64 - self.ttl)
        if self.protocol == 17:
            return self.tell(self.target, ip.unreachable, ip.port_code, ttl=61)
        if self.protocol == 6:
            return refusal(ip, self.packet)
        echo = self.packet[ip.header + 4:]
        return self.tell(source or self.target, ip.reply, 0, echo[4:],
                         echo[:4], 61)


class Router:
    def __init__(self, device):
        self.tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack(
            "16sH", device.encode(), IFF_TUN | IFF_NO_PI))
        self.random = random.Random(7)
        self.count = 0  # probes to the present target
        self.target = None
        self.held = []

    def send(self, packet):
        os.write(self.tun, packet)

    def run(self):
        while True:
            packet = os.read(self.tun, 65536)
            ip = FAMILIES[packet[0] >> 4]
            if ip.protocol(packet) in (ip.icmp, 6, 17):
                probe = Probe(packet)
                if probe.target[0] == 0xff:
                    continue  # the kernel looks for its neighbours
                if probe.target != self.target:
                    self.target, self.count = probe.target, 0
                self.count += 1
                self.answer(probe)

    def answer(self, probe):
        case, ip, length = probe.case, probe.ip, len(probe.packet)
        routed = 1 < probe.ttl < HOPS
        if case in ANSWERS:
            ANSWERS[case](self, probe)
        elif case == 2:  # RFC 792: 8 octets
            self.send(probe.honest(probe.packet[:ip.header + 8]))
        elif case in (3, 4, 5):
            cut = (0, ip.header - 8, ip.header)[case - 3]
            self.send(probe.honest(probe.packet[:cut]))
        elif case == 9:
            moved = probe.ttl == 2 and self.count > 40
            self.send(probe.honest(source=probe.router(2, 7)
                                   if moved else None))
        elif case == 11:  # the target's answer comes from elsewhere
            self.send(probe.honest(source=probe.router(9, 9) if
                                   probe.ttl >= HOPS else None))
        elif case == 12 and length > 1300 and probe.ttl > 2:
            pass  # a black hole
        elif case == 13 and length > 1400 and probe.ttl > 2:
            self.send(ip.too_big(probe.router(2), probe.source, probe.quote,
                                 1400))
        elif case == 15:  # the path grows
            self.send(probe.honest(hops=HOPS + (self.count > 40)))
        elif case == 16 and routed:
            self.send(probe.honest(rewritten(ip, probe.packet)))
        elif case == 17 and routed:
            self.send(probe.honest(ip.unmarked(probe.quote)))
        elif case == 18 and probe.ttl >= HOPS:  # the answers come a long way
            self.send(ip.with_ttl(probe.honest(), 50))
        elif case == 19 and routed:
            self.send(probe.honest(ip.sent_anew(probe.quote)))
        elif 20 <= case < 20 + len(EXTENSIONS) and probe.ttl == 2:
            self.extended(probe, *EXTENSIONS[case - 20])
        elif 100 <= case < 132 and probe.ttl >= 3:
            # Hop 3 refuses with that code: the way, then the header.
            kind = ip.unreachable if case < 116 else ip.problem
            self.send(probe.tell(probe.router(3), kind, (case - 100) % 16))
        elif case == 132 and probe.ttl >= 3:
            self.send(ip.too_big(probe.router(3), probe.source, probe.quote,
                                 1400))
        else:
            self.send(probe.honest())

    def every_type(self, probe):
        """All that is no answer, then the answer."""
        ip, forger = probe.ip, probe.router(6, 6)
        if probe.ttl == 2:
            for kind in set(range(256)) - set(ip.other_answers):
                for code in range(0, 256, 1 if kind in (4, 5) else 17):
                    self.send(probe.tell(forger, kind, code))
            for code in range(1, 256):
                self.send(probe.tell(forger, ip.exceeded, code))
        self.send(probe.honest())

    def wrong_checksum(self, probe):
        """Hop 2 computes none, hop 3 a wrong one: the kernel does not take
        their messages."""
        answer = bytearray(probe.honest())
        at = probe.ip.header + 2
        if probe.ttl == 2:
            answer[at:at + 2] = b"\0\0"
        elif probe.ttl == 3:
            answer[at] ^= 0x12
        self.send(bytes(answer))

    def thrice(self, probe):
        for _ in range(3):
            self.send(probe.honest())

    def reordered(self, probe):
        self.held.append(probe.honest())
        if len(self.held) >= 4 or self.count > 8:
            self.random.shuffle(self.held)
            for answer in self.held:
                self.send(answer)
            self.held = []

    def forged(self, probe):
        """A thousand answers a probe that quote no probe that was sent."""
        self.send(probe.honest())
        ip, echo = probe.ip, probe.protocol == probe.ip.icmp
        number = ip.header + 4  # identifier and sequence of an echo
        head, forger = probe.packet[:ip.header + 8], probe.router(6, 6)
        rest = len(probe.packet) - len(head)
        for i in range(1000):
            fake = bytearray(head)
            if echo and i % 2:
                # A probe of ours, by identifier, that is not out.
                fake[number + 2:number + 4] = struct.pack("!H", 30000 + i)
            elif echo and i % 4 == 0:
                fake[number:number + 2] = struct.pack(
                    "!H", self.random.randrange(65536))
            body = bytes(fake) + self.random.randbytes(rest)
            if i % 3 == 0 and echo:
                self.send(ip.message(
                    probe.target, probe.source, ip.reply, 0,
                    body[len(head):], bytes(fake[number:number + 4])))
            else:
                self.send(probe.tell(forger, ip.exceeded, 0, body))

    def extended(self, probe, length, octets):
        word = probe.ip.word
        words = {WRONG_UNIT: WHOLE, BEYOND: BEYOND}.get(
            length, (length or 0) // word)
        self.send(probe.honest(probe.quote.ljust(128, b"\0") + octets,
                               probe.ip.length_field(words)))


ANSWERS = {1: Router.every_type, 6: Router.wrong_checksum, 7: Router.thrice,
           8: Router.reordered, 10: Router.forged}


def main():
    router = Router(sys.argv[1])
    print("ready", flush=True)
    router.run()


main()
