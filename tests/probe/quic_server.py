#!/usr/bin/env python3
"""Answers QUIC probes as RFC 8999 and 9000 want it, and some other ways.
Run as: quic_server.py; one port a way, IPv4 and IPv6."""
import os
import selectors
import socket
import struct

VERSIONS = (1, 0x6b3343cf)
(RIGHT, OTHER_IDS, NO_VERSIONS, TWICE, ECHO,
 NO_NEGOTIATION) = range(4431, 4437)


def ids_of(packet):
    """The connection IDs of a long header: (destination, source)."""
    end = 6 + packet[5]
    return packet[6:end], packet[end + 1:end + 1 + packet[end]]


def negotiation(packet, versions=VERSIONS, flip=0, version=0):
    """RFC 8999, 6: each ID goes back in the other's place."""
    to, source = ids_of(packet)
    source = bytes(o ^ flip for o in source)
    return (bytes([0x80 | os.urandom(1)[0]]) + struct.pack("!I", version) +
            bytes([len(source)]) + source + bytes([len(to)]) + to +
            b"".join(struct.pack("!I", v) for v in versions))


def answers(port, packet):
    if port == ECHO:
        return [packet]
    # RFC 9000, 5.2.2 and 14.1: nothing for less, and for versions it has.
    version = struct.unpack_from("!I", packet, 1)[0]
    if len(packet) < 1200 or not packet[0] & 0x80 or version in VERSIONS:
        return []
    if port == OTHER_IDS:
        return [negotiation(packet, flip=0x11)]
    if port == NO_NEGOTIATION:
        return [negotiation(packet, version=1)]
    if port == NO_VERSIONS:
        return [negotiation(packet, versions=())]
    return [negotiation(packet)] * (2 if port == TWICE else 1)


def main():
    selector = selectors.DefaultSelector()
    for port in range(RIGHT, NO_NEGOTIATION + 1):
        for family in (socket.AF_INET, socket.AF_INET6):
            sock = socket.socket(family, socket.SOCK_DGRAM)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind(("", port))
            selector.register(sock, selectors.EVENT_READ, port)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            packet, peer = key.fileobj.recvfrom(65536)
            for answer in answers(key.data, packet):
                key.fileobj.sendto(answer, peer)


main()
