"""Several threads measure what one does."""
import collections
import json
import os
import signal
import socket
import struct
import subprocess
import time

from live import NETLAT, Capture, Veth, of_type, rig
from publishing import Place, pings

LEFT, RIGHT = b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"
FIN, SYN, PUSH, ACK = 1, 2, 8, 16


def ipv4(source, to, protocol, inside, fragment=0):
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(inside), 7, fragment,
                       64, protocol, 0, socket.inet_aton(source),
                       socket.inet_aton(to)) + inside


def tcp(sport, dport, seq, ack, flags, payload=b""):
    return struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 0x50, flags,
                       60000, 0, 0) + payload


def conversation():
    """(who, seq, ack, flags, payload) of a question and its answer."""
    return ((0, 100, 0, SYN, b""), (1, 900, 101, SYN | ACK, b""),
            (0, 101, 901, ACK, b""), (0, 101, 901, PUSH | ACK, b"q" * 200),
            (1, 901, 301, ACK, b""), (1, 901, 301, PUSH | ACK, b"a" * 400),
            (0, 301, 1301, ACK, b""), (0, 301, 1301, FIN | ACK, b""),
            (1, 1301, 302, FIN | ACK, b""), (0, 302, 1302, ACK, b""))


def plain(packet):
    return [b"\x08\0" + packet]


def tagged(packet):
    return [b"\x81\0\0\5\x08\0" + packet]


def twice_tagged(packet):
    return [b"\x88\xa8\0\5\x81\0\0\6\x08\0" + packet]


def in_fragments(packet):
    """What has a payload, in two."""
    if len(packet) < 100:
        return plain(packet)
    first, rest = packet[20:68], packet[68:]
    source, to = (socket.inet_ntoa(packet[at:at + 4]) for at in (12, 16))
    return [b"\x08\0" + ipv4(source, to, 6, first, 0x2000),
            b"\x08\0" + ipv4(source, to, 6, rest, len(first) // 8)]


def in_geneve(packet):
    """The outer source port depends on the direction, as it does in life."""
    source, to = (".".join(["198.51.100", str(packet[at])]) for at in (15, 19))
    inner = struct.pack("!BBHI", 0, 0, 0x0800, 42 << 8) + packet
    port = 50000 + packet[15] * 3 + packet[21]
    return [b"\x08\0" + ipv4(source, to, 17, struct.pack(
        "!HHHH", port, 6081, 8 + len(inner), 0) + inner)]


def raw(net):
    """Both hosts' ends of the link."""
    ends = [host.call(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
            for host in (net.a, net.b)]
    for end in ends:
        end.bind(("eth0", 0))
    return ends


def frames(net, wrap, network, connections):
    """Conversations as frames, each sent by the host it would come from."""
    ends = raw(net)
    for i in range(connections):
        names = ("%s.%d" % (network, 1 + i), "%s.200" % network)
        ports = (2000 + 7 * i, 80)
        for who, seq, ack, flags, payload in conversation():
            packet = ipv4(names[who], names[1 - who], 6, tcp(
                ports[who], ports[1 - who], seq, ack, flags, payload))
            macs = (LEFT, RIGHT) if who else (RIGHT, LEFT)
            for frame in wrap(packet):
                ends[who].send(b"".join(macs) + frame)
                # Nothing overtakes on the way to the rings.
                time.sleep(0.0005)
    for end in ends:
        end.close()


def talk(net, address, connections):
    """Connections of the kernels' own."""
    listener = net.b.socket(socket.SOCK_STREAM, address)
    listener.bind((address, 80))
    listener.listen()
    for _ in range(connections):
        client = net.a.socket(socket.SOCK_STREAM, address)
        client.connect((address, 80))
        server, _ = listener.accept()
        for _ in range(3):
            client.sendall(b"q" * 3000)
            rig.receive_all(server, 3000)
            server.sendall(b"a" * 20000)
            rig.receive_all(client, 20000)
        rig.close(client, server)
    listener.close()


def add_addresses(net):
    for number, host in ((1, net.a), (2, net.b)):
        host.sysctl("net.ipv6.conf.eth0.disable_ipv6=0")
        host.ip("addr", "add", "fd00::%d/64" % number, "dev", "eth0", "nodad")
        host.ip("link", "add", "vx0", "type", "vxlan", "id", "42", "remote",
                "10.0.0.%d" % (3 - number), "dstport", "4789", "dev", "eth0")
        # What the kernel says by itself may come after one capture's end.
        host.sysctl("net.ipv6.conf.vx0.disable_ipv6=1")
        host.ip("addr", "add", "172.16.0.%d/24" % number, "dev", "vx0")
        host.ip("link", "set", "vx0", "up")


def attempts(net, count):
    """SYNs to hosts of which a router says that nobody gets there."""
    ends = raw(net)
    for i in range(count):
        syn = ipv4("10.6.0.%d" % (1 + i), "10.9.0.1", 6,
                   tcp(3000 + 7 * i, 80, 100, 0, SYN))
        told = ipv4("10.6.0.254", "10.6.0.%d" % (1 + i), 1,
                    struct.pack("!BBHI", 3, 1, 0, 0) + syn[:28])
        ends[0].send(RIGHT + LEFT + b"\x08\0" + syn)
        time.sleep(0.0005)
        ends[1].send(LEFT + RIGHT + b"\x08\0" + told)
    for end in ends:
        end.close()


NOT_COUNTS = ("id", "first_frame", "scale", "offset", "counts", "v")


def counts(value):
    """What does not depend on when a socket stamped a packet."""
    if not isinstance(value, dict):
        return value
    return {key: counts(inside) for key, inside in value.items()
            if not key.endswith(("_us", "_ns")) and key not in NOT_COUNTS}


def by_connection(records):
    rows = collections.defaultdict(list)
    for flow in of_type(records, "flow"):
        rows[json.dumps([flow[key] for key in (
            "encap", "client_ip", "client_port", "server_ip",
            "server_port")])].append(counts(flow))
    return rows


def by_service(records):
    """Sums over all seconds; each has one record for each service."""
    rows, seen = collections.defaultdict(collections.Counter), set()
    for record in of_type(records, "interval"):
        key = json.dumps(record["key"])
        rig.expect((record["start_us"], key) not in seen,
                   "two records of one second: %s" % record)
        seen.add((record["start_us"], key))
        for name in ("packets", "bytes", "segments", "retransmits", "lost",
                     "connects", "connect_failures"):
            rows[key][name] += record[name]
        for name in ("service", "turns", "handshake"):
            rows[key][name] += record[name]["n"]
        for side in ("server", "client"):
            rows[key][side] += record["rtt"][side]["n"]
    return rows


def expect_same(one, three, what):
    for key in sorted(set(one) | set(three)):
        rig.expect(one.get(key) == three.get(key), "%s %s: %s of one thread, "
                   "%s of three" % (what, key, one.get(key), three.get(key)))


def check_threads():
    """The same packets, by one thread and by three, give the same records."""
    with Veth() as net:
        add_addresses(net)
        Capture.threads.words = []
        words = ("-i", "eth0", "--json", "--top", "100",
                 "not ip6 multicast and not arp and not icmp6")
        captures = [Capture(net.b, *words, "--threads", str(threads))
                    for threads in (1, 3)]
        for address, connections in (("10.0.0.2", 30), ("fd00::2", 20),
                                     ("172.16.0.2", 20)):
            talk(net, address, connections)
        for wrap, network in ((plain, "10.1.0"), (tagged, "10.2.0"),
                              (twice_tagged, "10.3.0"),
                              (in_fragments, "10.4.0"),
                              (in_geneve, "10.5.0")):
            frames(net, wrap, network, 12)
        attempts(net, 12)
        pings(net, 200)
        time.sleep(1)
        one, three = (capture.stop()[0] for capture in captures)
    flows = of_type(three, "flow")
    rig.expect(len(flows) == 30 + 20 + 20 + 5 * 12 + 12, "%d connections"
               % len(flows))
    rig.expect(len({flow["id"] for flow in flows}) == len(flows), "ids")
    # Else one thread had it all, and nothing was tested.
    rig.expect({flow["id"] % 3 for flow in flows} == {0, 1, 2}, "threads")
    rig.expect(sum(flow["handshake"].get("unreachable", False)
                   for flow in flows) == 12, "errors do not meet attempts")
    rig.expect(not any(flow["one_sided"] for flow in flows
                       if not flow["server_ip"].startswith("10.9.")),
               "directions were parted")
    expect_same(by_connection(one), by_connection(three), "connection")
    expect_same(by_service(one), by_service(three), "service")
    for kind in ("service", "capture"):
        expect_same(
            *({json.dumps([r.get("server_ip"), r.get("server_port")]):
               counts(r) for r in of_type(records, kind)}
              for records in (one, three)), kind)
    expect_same(*({"exchanges": collections.Counter(
        (r["kind"], r["server_ip"], r["outcome"])
        for r in of_type(records, "exchange"))}
        for records in (one, three)), "all")


def check_recorder():
    """What several threads kept is one file, in order of time."""
    with Veth() as net, Place() as place:
        Capture.threads.words = []
        capture = Capture(net.b, "-i", "eth0", "--json", "--recorder",
                          place.path, "--recorder-keep", "8M", "--threads",
                          "3")
        talk(net, "10.0.0.2", 30)
        pings(net, 500)
        frames(net, plain, "10.1.0", 12)
        time.sleep(0.5)
        capture.process.send_signal(signal.SIGUSR2)
        time.sleep(0.3)
        records, _ = capture.stop()
        wanted = of_type(records, "capture")[0]
        capture.wait_gone()
        files = os.listdir(place.path)
        rig.expect(len(files) == 1, str(files))
        done = subprocess.run(
            [os.path.join(os.path.dirname(NETLAT), "netlat-analyze"), "--json",
             os.path.join(place.path, files[0])],
            check=True, capture_output=True, text=True)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        kept = of_type(found, "capture")[0]
        rig.expect(kept["clock_backsteps"] == 0, "packets out of order")
        for key in ("packets", "bytes", "tcp", "icmp"):
            rig.expect(kept[key] == wanted[key], "%s: %d kept of %d" % (
                key, kept[key], wanted[key]))
        # The same packets, so the same connections.
        one, three = ({key: [f["c2s"]["packets"] for f in flows]
                       for key, flows in by_connection(part).items()}
                      for part in (found, records))
        expect_same(one, three, "connection")
