"""IPv4 TCP packets of a capture in nanoseconds, as tcpdump writes it."""
import collections
import struct

FIN, SYN, RST, ACK = 1, 2, 4, 16
LINKS = {1: 14, 12: 0, 101: 0}  # Ethernet, raw IP: octets before the IP header

Packet = collections.namedtuple(
    "Packet", "src dst sport dport ip_id seq ack flags length time_ns")


def packets(path):
    with open(path, "rb") as f:
        magic, link = struct.unpack("<I16xI", f.read(24))
        assert magic == 0xa1b23c4d, path + " is no pcap of nanoseconds"
        while True:
            record = f.read(16)
            if len(record) < 16:
                return
            seconds, nanoseconds, size, _ = struct.unpack("<IIII", record)
            ip = f.read(size)[LINKS[link]:]
            if len(ip) < 40 or ip[0] >> 4 != 4 or ip[9] != 6:
                continue
            length, ip_id = struct.unpack(">HH", ip[2:6])
            sport, dport, seq, ack, flags = struct.unpack(
                ">HHIIxB", ip[4 * (ip[0] & 15):][:14])
            yield Packet(dotted(ip[12:16]), dotted(ip[16:20]), sport, dport,
                         ip_id, seq, ack, flags, length,
                         seconds * 10 ** 9 + nanoseconds)


def dotted(octets):
    return ".".join(str(b) for b in octets)
