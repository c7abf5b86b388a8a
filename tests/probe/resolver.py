#!/usr/bin/env python3
"""A DNS server at 127.0.0.1 that knows a few names and addresses and says of
all others that there are none; it never answers for hangs.example.
Run as: resolver.py."""
import ipaddress
import socket
import struct

A, PTR, AAAA = 1, 12, 28
RECORDS = {
    ("both.example", A): ["10.88.9.200"],
    ("both.example", AAAA): ["2001:db8::9"],
    ("four.example", A): ["10.88.9.200"],
    ("1.0.88.10.in-addr.arpa", PTR): ["first.example"],
    ("2.0.88.10.in-addr.arpa", PTR): ["\x1b[2Jsecond.example"],
    ("200.9.88.10.in-addr.arpa", PTR): ["four.example"],
}


def labels(name):
    return b"".join(bytes([len(part)]) + part.encode()
                    for part in name.split(".")) + b"\0"


def question(packet):
    """(name, type, the octets of the question)."""
    parts, at = [], 12
    while packet[at]:
        parts.append(packet[at + 1:at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    kind = struct.unpack_from("!H", packet, at + 1)[0]
    return ".".join(parts).lower(), kind, packet[12:at + 5]


def data_of(kind, value):
    if kind == PTR:
        return labels(value)
    return ipaddress.ip_address(value).packed


def answer(packet):
    name, kind, asked = question(packet)
    found = RECORDS.get((name, kind), [])
    known = any(name == other for other, _ in RECORDS)
    flags = 0x8180 | (0 if known else 3)
    out = packet[:2] + struct.pack("!HHHHH", flags, 1, len(found), 0, 0)
    out += asked
    for value in found:
        data = data_of(kind, value)
        out += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60,
                                         len(data)) + data
    return out


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    print("ready", flush=True)
    while True:
        packet, peer = server.recvfrom(4096)
        if question(packet)[0] != "hangs.example":
            server.sendto(answer(packet), peer)


main()
