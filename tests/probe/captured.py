"""Echo probes and their answers in a capture, IPv4 and IPv6: the octets are
read, since tcpdump does not print what ICMPv6 errors quote."""
import ipaddress
import os
import struct

from rig import KINDS
import processes

# Echo request, echo reply, time exceeded; header of IP.
VERSIONS = {4: (8, 0, 11, 20), 6: (128, 129, 3, 40)}
NANOSECONDS, RAW_IP = 0xa1b23c4d, 101


def packets(path):
    """(stamp in ns, IP packet) of a file as tcpdump writes it to a nanosecond
    on the TUN device where probes leave."""
    with open(path, "rb") as file:
        octets = file.read()
    magic, *_, link = struct.unpack_from("<I16xI", octets)
    assert (magic, link) == (NANOSECONDS, RAW_IP), (hex(magic), link)
    at = 24
    while at + 16 <= len(octets):
        seconds, ns, length, _ = struct.unpack_from("<IIII", octets, at)
        yield seconds * 10**9 + ns, octets[at + 16:at + 16 + length]
        at += 16 + length


def echo_of(ip, header):
    """(target, sequence) of an echo whose IP header comes first."""
    target = ip[header - 16:header] if header == 40 else ip[16:20]
    return (str(ipaddress.ip_address(target)),
            struct.unpack_from("!H", ip, header + 6)[0])


def captured(path):
    """By target and sequence: TTL and stamp of the probe as it left, and the
    stamp of its answer."""
    sent, back = {}, {}
    for stamp, ip in packets(path):
        request, reply, exceeded, header = VERSIONS[ip[0] >> 4]
        protocol, ttl = (ip[9], ip[8]) if header == 20 else (ip[6], ip[7])
        if protocol != (1 if header == 20 else 58):
            continue
        message = ip[header]
        if message == request:
            sent.setdefault(echo_of(ip, header), (ttl, stamp))
        elif message == exceeded:
            back.setdefault(echo_of(ip[header + 8:], header), stamp)
        elif message == reply:
            source = ip[8:24] if header == 40 else ip[12:16]
            back.setdefault((str(ipaddress.ip_address(source)),
                             echo_of(ip, header)[1]), stamp)
    return sent, back


# How many octets of the header behind that of IP no probe may change: of ICMP
# all but the sequence number, of UDP all of it, of TCP the ports.
CONSTANT = {1: 6, 58: 6, 17: 8, 6: 4}


def head_of(ip):
    """What routers may hash, and the checksum, of a packet."""
    if ip[0] >> 4 == 4:
        return (ip[1], ip[9], ip[12:20], ip[20:20 + CONSTANT[ip[9]]])
    return (ip[:4], ip[6], ip[8:40], ip[40:40 + CONSTANT[ip[6]]])


def constant_flow(rig):
    """What routers may hash is one value in all probes of a lane, and so is
    the checksum, for every kind of probe."""
    path = os.path.join(rig.folder, "flow.pcap")
    for words in [*KINDS.values(), ["--quic", "4430"]]:
        for version in (4, 6):
            sniffer = processes.Sniffer(
                "flow", lambda *w: rig.network.inside("h1", *w), "r1", path,
                rig.folder)
            sniffer.wait_ready()
            found, _, _ = rig.probe(*words, "-c", "5",
                                    rig.address("h2", version))
            sniffer.stop()
            sniffer.require(quiet=False)
            source = ipaddress.ip_address(rig.address("h1", version)).packed
            protocol = {"icmp": 1 if version == 4 else 58, "tcp": 6}.get(
                found["protocol"], 17)
            heads = [head_of(ip) for _, ip in packets(path)
                     if ip[0] >> 4 == version and protocol == ip[
                         9 if version == 4 else 6] and source == (
                             ip[12:16] if version == 4 else ip[8:24])]
            assert len(heads) >= 15, (words, version, len(heads))
            assert len(set(heads)) == 1, (words, version, set(heads))
