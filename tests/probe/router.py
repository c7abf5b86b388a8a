#!/usr/bin/env python3
"""A path of routers in one program, on a TUN device of its network: what it
answers depends on the last octet of the target.  Run as: router.py NAME."""
import fcntl
import os
import random
import socket
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454ca, 0x0001, 0x1000
HOPS = 4  # the target is the fourth
FORGER = socket.inet_aton("10.88.6.6")


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip(source, target, payload, ttl=64, protocol=1):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0xc0, 20 + len(payload), 0, 0,
                       ttl, protocol, 0, source, target)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def refusal(packet):
    """A reset, as a closed TCP port answers a SYN."""
    source, target = packet[16:20], packet[12:16]
    number = struct.unpack("!I", packet[24:28])[0] + 1 & 0xffffffff
    segment = packet[22:24] + packet[20:22] + struct.pack(
        "!IIBBHHH", 0, number, 0x50, 0x14, 0, 0, 0)
    total = checksum(source + target + struct.pack("!HH", 6, 20) + segment)
    segment = segment[:16] + struct.pack("!H", total) + segment[18:]
    return ip(source, target, segment, 61, protocol=6)


def icmp(kind, code, body, rest=b"\0\0\0\0"):
    head = struct.pack("!BBH", kind, code, 0) + rest + body
    return head[:2] + struct.pack("!H", checksum(head)) + head[4:]


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


# What hop 2 attaches, by the last octet of the target from 20 on: words of
# the length field, and the octets behind the quote of 128.
EXTENSIONS = [
    (32, extension(mpls(16001, 299776))),           # 20 as RFC 4884 says
    (0, extension(mpls(16001))),                    # 21 before RFC 4884
    (128, extension(mpls(16001))),                  # 22 octets, not words
    (32, extension(mpls(16001), right=None)),       # 23 without checksum
    (32, extension(interface("et-0/0/1") + mpls(16001))),  # 24
    (32, extension(mpls(16001), right=False)),      # 25 wrong checksum
    (32, extension(mpls(16001), version=3)),        # 26 unknown version
    (32, extension(struct.pack("!HBB", 0, 1, 1))),  # 27 object of length 0
    (32, extension(struct.pack("!HBB", 4000, 1, 1))),  # 28 beyond the end
    (32, extension(mpls(*range(100, 140)))),        # 29 forty labels
    (255, extension(mpls(16001))),                  # 30 length beyond the end
    (32, b"\x20"),                                  # 31 cut in its head
    (32, extension(interface("\x1b[2J" + "x" * 50))),  # 32 hostile name
]


def sent_anew(packet):
    """As a router behind one that sends packets anew would quote it: another
    IP-ID; and inside a tunnel that left the TTL alone."""
    quote = bytearray(packet[:128])
    quote[4:6] = bytes(o ^ 0x5a for o in quote[4:6])
    quote[8] = 3
    return bytes(quote)


def rewritten(packet, policed):
    """As a router behind a translator, or a policer, would quote it."""
    quote = bytearray(packet[:128])
    if packet[9] == 6 and not policed:
        # One that restores addresses and ports but not the checksum.
        quote[36] ^= 0x11
        return bytes(quote)
    if policed:
        quote[1] = 0
        return bytes(quote)
    quote[12:16] = socket.inet_aton("203.0.113.7")
    if packet[9] == 17:
        quote[20:22] = struct.pack("!H", 4242)
    # The identifier of an echo stays, or the kernel would not find its owner.
    at = 26 if packet[9] == 17 else 22
    quote[at:at + 2] = bytes(o ^ 0x11 for o in quote[at:at + 2])
    return bytes(quote)


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
            if packet[0] >> 4 == 4 and packet[9] in (1, 6, 17):
                if packet[16:20] != self.target:
                    self.target, self.count = packet[16:20], 0
                self.count += 1
                self.answer(packet)

    @staticmethod
    def hop(ttl, network=0):
        return bytes([10, 88, network, ttl])

    def honest(self, packet, body=None, rest=b"\0\0\0\0", source=None,
               hops=HOPS):
        """What a router, or the target, answers as it should."""
        ttl, target = packet[8], packet[16:20]
        if ttl < hops:
            return ip(source or self.hop(ttl), packet[12:16], icmp(
                11, 0, packet[:128] if body is None else body, rest),
                64 - ttl)
        if packet[9] == 17:
            return ip(target, packet[12:16], icmp(3, 3, packet[:128]), 61)
        if packet[9] == 6:
            return refusal(packet)
        reply = icmp(0, 0, packet[28:], packet[24:28])
        return ip(source or target, packet[12:16], reply, 61)

    def answer(self, packet):
        case = packet[19]
        if case == 1:
            self.every_type(packet)
        elif case == 2:
            self.send(self.honest(packet, packet[:28]))  # RFC 792: 8 octets
        elif case in (3, 4, 5):
            self.send(self.honest(packet, packet[:(0, 12, 20)[case - 3]]))
        elif case == 6:
            self.wrong_checksum(packet)
        elif case == 7:
            for _ in range(3):
                self.send(self.honest(packet))
        elif case == 8:
            self.reordered(packet)
        elif case == 9:
            moved = packet[8] == 2 and self.count > 40
            self.send(self.honest(packet, source=self.hop(2, 7)
                                  if moved else None))
        elif case == 10:
            self.forged(packet)
        elif case == 11:  # the target's answer comes from elsewhere
            self.send(self.honest(packet, source=self.hop(9, 9) if
                                  packet[8] >= HOPS else None))
        elif case == 12 and len(packet) > 1300 and packet[8] > 2:
            pass  # a black hole
        elif case == 13 and len(packet) > 1400 and packet[8] > 2:
            self.send(ip(self.hop(2), packet[12:16], icmp(
                3, 4, packet[:128], struct.pack("!HH", 0, 1400))))
        elif case in (16, 17) and 1 < packet[8] < HOPS:
            self.send(self.honest(packet, rewritten(packet, case == 17)))
        elif case == 19 and 1 < packet[8] < HOPS:
            self.send(self.honest(packet, sent_anew(packet)))
        elif case == 18:  # the target's answers come a long way
            answer = bytearray(self.honest(packet))
            if packet[8] >= HOPS:
                answer[8] = 50
                answer[10:12] = b"\0\0"
                answer[10:12] = struct.pack("!H", checksum(bytes(
                    answer[:20])))
            self.send(bytes(answer))
        elif case == 15:  # the path grows
            self.send(self.honest(packet, hops=HOPS + (self.count > 40)))
        elif 20 <= case < 20 + len(EXTENSIONS):
            self.extended(packet, *EXTENSIONS[case - 20])
        elif 100 <= case < 116:  # hop 3 refuses with that code
            if packet[8] >= 3:
                self.send(ip(self.hop(3), packet[12:16],
                             icmp(3, case - 100, packet[:128])))
            else:
                self.send(self.honest(packet))
        else:
            self.send(self.honest(packet))

    def every_type(self, packet):
        """All that is no answer, then the answer."""
        if packet[8] == 2:
            for kind in range(256):
                for code in range(0, 256, 1 if kind in (4, 5) else 17):
                    if kind in (0, 3, 11, 12):
                        continue
                    self.send(ip(FORGER, packet[12:16],
                                 icmp(kind, code, packet[:128])))
            self.send(ip(FORGER, packet[12:16], icmp(11, 1, packet[:128])))
        self.send(self.honest(packet))

    def wrong_checksum(self, packet):
        """Hop 2 computes none: the kernel does not take its messages."""
        answer = bytearray(self.honest(packet))
        if packet[8] == 2:
            answer[22:24] = b"\0\0"
        self.send(bytes(answer))

    def reordered(self, packet):
        self.held.append(self.honest(packet))
        if len(self.held) >= 4 or self.count > 8:
            self.random.shuffle(self.held)
            for answer in self.held:
                self.send(answer)
            self.held = []

    def forged(self, packet):
        """A thousand answers a probe that quote no probe that was sent."""
        self.send(self.honest(packet))
        head, rest = bytearray(packet[:28]), packet[28:]
        for i in range(1000):
            fake = bytearray(head)
            if packet[9] == 1 and i % 2:
                # A probe of ours, by identifier, that is not out.
                fake[26:28] = struct.pack("!H", 30000 + i)
            elif packet[9] == 1 and i % 4 == 0:
                fake[24:26] = struct.pack("!H", self.random.randrange(65536))
            body = bytes(fake) + self.random.randbytes(len(rest))
            if i % 3 == 0 and packet[9] == 1:
                self.send(ip(packet[16:20], packet[12:16], icmp(
                    0, 0, body[28:], bytes(fake[24:28]))))
            else:
                self.send(ip(FORGER, packet[12:16], icmp(11, 0, body)))

    def extended(self, packet, words, octets):
        if packet[8] != 2:
            return self.send(self.honest(packet))
        return self.send(self.honest(
            packet, packet[:128].ljust(128, b"\0") + octets,
            bytes([0, words, 0, 0])))


def main():
    router = Router(sys.argv[1])
    print("ready", flush=True)
    router.run()


main()
