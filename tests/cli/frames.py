"""Frames and captures made by hand, for tests/cli/check."""
import struct


def tcp_frame(number):
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, number, 0, 64, 6, 0,
                     bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
    tcp = struct.pack(">HHIIBBHHH", 40000, 443, number, 0, 0x50, 0x10, 100, 0,
                      0)
    return b"\2" * 12 + b"\x08\0" + ip + tcp


def ip_frame(protocol, source, destination, payload):
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64,
                     protocol, 0, bytes([10, 0, 0, source]),
                     bytes([10, 0, 0, destination]))
    return b"\2" * 12 + b"\x08\0" + ip + payload


def udp_frame(source, destination, source_port, destination_port, payload):
    return ip_frame(17, source, destination, struct.pack(
        ">HHHH", source_port, destination_port, 8 + len(payload), 0) + payload)


def dns(number, flags):
    return (struct.pack(">HHHHHH", number, flags, 1, 0, 0, 0)
            + b"\4name\4test\0" + struct.pack(">HH", 1, 1))


def icmp_frame(source, destination, kind, code, rest, payload=b""):
    return ip_frame(1, source, destination, struct.pack(
        ">BBHI", kind, code, 0, rest) + payload)


def other_protocols():
    """A second apart: DNS asked and refused, a ping, one without an answer,
    and a router that wants smaller packets of the two ends of good.pcap."""
    quote = tcp_frame(1)[14:]
    return [udp_frame(1, 53, 4000, 53, dns(77, 0x0100)),
            udp_frame(53, 1, 53, 4000, dns(77, 0x8185)),
            icmp_frame(1, 9, 8, 0, 5 << 16 | 1),
            icmp_frame(9, 1, 0, 0, 5 << 16 | 1),
            icmp_frame(1, 9, 8, 0, 5 << 16 | 2),
            icmp_frame(254, 1, 3, 4, 1400, quote),
            icmp_frame(254, 1, 3, 4, 1400, quote)]


def mirrored():
    """A handshake of which each direction is carried under a VNI of its own,
    as mirrors with a session a direction send it."""
    def carried(vni, source, destination, ports, seq, ack, flags):
        inner = b"\2" * 12 + b"\x08\0" + ip_frame(
            6, source, destination, struct.pack(
                ">HHIIBBHHH", *ports, seq, ack, 0x50, flags, 100, 0, 0))[14:]
        return udp_frame(200, 201, 50000 + vni, 4789,
                         struct.pack(">II", 8 << 24, vni << 8) + inner)
    there, back = (40000, 443), (443, 40000)
    return [carried(1, 1, 2, there, 0, 0, 0x02),
            carried(2, 2, 1, back, 0, 1, 0x12),
            carried(1, 1, 2, there, 1, 1, 0x10)]


def arp_frame():
    return b"\xff" * 6 + b"\2" * 6 + b"\x08\x06" + b"\0" * 28


def pcap(frames, start=1709294400, step_us=1000000):
    out = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
    for i, frame in enumerate(frames):
        seconds, micros = divmod(i * step_us, 1000000)
        out += struct.pack("<IIII", start + seconds, micros, len(frame),
                           len(frame))
        out += frame
    return out
