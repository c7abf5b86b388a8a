"""What routers send, octet by octet, for each version of IP: one class for
each, with the same names, so that whatever builds packets is written once."""
import ipaddress
import socket
import struct


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Ip4:
    version, header, ttl_at = 4, 20, 8
    icmp, reply, unreachable, exceeded, problem = 1, 0, 3, 11, 12
    port_code = 3
    # RFC 4884: the length of the quote is in words of 32 bits.
    word = 4
    other_answers = (0, 3, 11, 12)
    elsewhere = "203.0.113.7"

    @staticmethod
    def address(network, host):
        return "10.88.%d.%d" % (network, host)

    @staticmethod
    def octets(address):
        return socket.inet_aton(address)

    @staticmethod
    def protocol(packet):
        return packet[9]

    @staticmethod
    def source(packet):
        return packet[12:16]

    @staticmethod
    def target(packet):
        return packet[16:20]

    @staticmethod
    def packet(source, target, payload, ttl=64, protocol=1):
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0xc0, 20 + len(payload), 0,
                           0, ttl, protocol, 0, source, target)
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + \
            payload

    @staticmethod
    def pseudo(source, target, protocol, length):
        return source + target + struct.pack("!HH", protocol, length)

    @classmethod
    def message(cls, source, target, kind, code, body, rest=b"\0\0\0\0",
                ttl=64):
        head = struct.pack("!BBH", kind, code, 0) + rest + body
        return cls.packet(source, target, head[:2] + struct.pack(
            "!H", checksum(head)) + head[4:], ttl)

    @staticmethod
    def length_field(words):
        return bytes([0, words, 0, 0])

    @classmethod
    def too_big(cls, source, target, body, mtu):
        return cls.message(source, target, 3, 4, body,
                           struct.pack("!HH", 0, mtu))

    @staticmethod
    def with_ttl(packet, ttl):
        head = bytearray(packet[:20])
        head[8] = ttl
        head[10:12] = b"\0\0"
        head[10:12] = struct.pack("!H", checksum(bytes(head)))
        return bytes(head) + packet[20:]

    @staticmethod
    def unmarked(quote):
        """A policer took the DSCP."""
        return quote[:1] + b"\0" + quote[2:]

    @staticmethod
    def translated(quote, source):
        return quote[:12] + source + quote[16:]

    @staticmethod
    def sent_anew(quote):
        """Another IP-ID, and the TTL that a tunnel left alone."""
        head = bytes(o ^ 0x5a for o in quote[4:6])
        return quote[:4] + head + quote[6:8] + b"\3" + quote[9:]


class Ip6:
    version, header, ttl_at = 6, 40, 7
    icmp, reply, unreachable, exceeded, problem = 58, 129, 1, 3, 4
    port_code = 4
    # RFC 4884: the length of the quote is in words of 64 bits.
    word = 8
    other_answers = (1, 2, 3, 4, 129)
    elsewhere = "2001:db8::7"

    @staticmethod
    def address(network, host):
        return ipaddress.ip_address("fd88:%x::%x" % (network, host)).compressed

    @staticmethod
    def octets(address):
        return socket.inet_pton(socket.AF_INET6, address)

    @staticmethod
    def protocol(packet):
        return packet[6]

    @staticmethod
    def source(packet):
        return packet[8:24]

    @staticmethod
    def target(packet):
        return packet[24:40]

    @staticmethod
    def packet(source, target, payload, ttl=64, protocol=58):
        return struct.pack("!IHBB", 0x6c000000, len(payload), protocol,
                           ttl) + source + target + payload

    @staticmethod
    def pseudo(source, target, protocol, length):
        return source + target + struct.pack("!II", length, protocol)

    @classmethod
    def message(cls, source, target, kind, code, body, rest=b"\0\0\0\0",
                ttl=64):
        head = struct.pack("!BBH", kind, code, 0) + rest + body
        total = checksum(cls.pseudo(source, target, 58, len(head)) + head)
        return cls.packet(source, target, head[:2] + struct.pack(
            "!H", total) + head[4:], ttl)

    @staticmethod
    def length_field(words):
        return bytes([words, 0, 0, 0])

    @classmethod
    def too_big(cls, source, target, body, mtu):
        return cls.message(source, target, 2, 0, body, struct.pack("!I", mtu))

    @staticmethod
    def with_ttl(packet, ttl):
        return packet[:7] + bytes([ttl]) + packet[8:]

    @staticmethod
    def unmarked(quote):
        """A policer took the DSCP."""
        return bytes([0x60, quote[1] & 0x0f]) + quote[2:]

    @staticmethod
    def translated(quote, source):
        return quote[:8] + source + quote[24:]

    @staticmethod
    def sent_anew(quote):
        """The hop limit that a tunnel left alone; there is no IP-ID."""
        return quote[:7] + b"\3" + quote[8:]


FAMILIES = {4: Ip4, 6: Ip6}
