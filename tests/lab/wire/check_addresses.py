"""Hubs, chains of wires, IPv6."""

import contextlib
import os
import socket
import time

from rig import Namespace, Pair, Wire, close, expect, receive_all, transfer


def listen(host, address, port=80):
    out = host.socket(socket.SOCK_STREAM, address)
    out.bind((address, port))
    out.listen()
    return out


def connect(host, address, listener, port=80):
    client = host.socket(socket.SOCK_STREAM, address)
    client.connect((address, port))
    server, _ = listener.accept()
    server.settimeout(5)
    return client, server


def check_hub():
    hosts = {name: Namespace() for name in ("a", "b", "c")}
    wire = None
    try:
        lines = [f"device {name} netns {host.name} if eth0 mtu 1500"
                 for name, host in hosts.items()]
        lines += ["hub a b c", "address a 10.0.0.1", "address b 10.0.0.2",
                  "address c 10.0.0.3", "set a>c delay=20ms"]
        wire = Wire(lines)
        for number, host in enumerate(hosts.values(), 1):
            host.ip("addr", "add", f"10.0.0.{number}/24", "dev", "eth0")
        for number, name, delay in ((2, "b", 0), (3, "c", 0.02)):
            address = f"10.0.0.{number}"
            start = time.monotonic()
            with listen(hosts[name], address) as listener:
                ends = connect(hosts["a"], address, listener)
            # The SYN, and the ACK that accept() waits for.
            took = time.monotonic() - start
            expect(2 * delay <= took < 2 * delay + 0.02,
                   f"connect to {name} in {took} s")
            expect(transfer(*ends, b"hello"), f"no data to {name}")
            close(*ends)
        with hosts["a"].socket(socket.SOCK_DGRAM) as lost:
            lost.sendto(b"x", ("10.0.0.77", 5000))
        time.sleep(0.05)
        wire.stop()
        rows = wire.rows(dst="10.0.0.77")
        expect([(r["pair"], r["verdict"], r["reason"]) for r in rows] ==
               [("a>?", "drop", "unroutable")], "not logged as unroutable")
        expect({r["pair"] for r in wire.rows(proto="tcp")} ==
               {"a>b", "b>a", "a>c", "c>a"}, "went to the wrong host")
    finally:
        if wire:
            wire.remove()
        for host in hosts.values():
            host.remove()


@contextlib.contextmanager
def chain(offload="", gro=""):
    """a - router - b over two links of one wire."""
    a, router, b = Namespace(), Namespace(), Namespace()
    wire = None
    try:
        router.sysctl("net.ipv4.ip_forward=1")
        wire = Wire([f"device a netns {a.name} if eth0 mtu 1500 {offload}",
                     f"device r1 netns {router.name} if eth0 mtu 1500 {gro}",
                     f"device r2 netns {router.name} if eth1 mtu 1500",
                     f"device b netns {b.name} if eth0 mtu 1500",
                     "join a r1", "join r2 b", "set *>* delay=4ms"])
        a.ip("addr", "add", "10.0.1.1/24", "dev", "eth0")
        router.ip("addr", "add", "10.0.1.2/24", "dev", "eth0")
        router.ip("addr", "add", "10.0.2.1/24", "dev", "eth1")
        b.ip("addr", "add", "10.0.2.2/24", "dev", "eth0")
        a.ip("route", "add", "default", "via", "10.0.1.2")
        b.ip("route", "add", "default", "via", "10.0.2.1")
        yield wire, a, b
    finally:
        if wire:
            wire.remove()
        for host in (a, router, b):
            host.remove()


def check_router():
    """Each link counts for itself."""
    with chain() as (wire, a, b):
        wire.do("drop r2>b data nth=2")
        for _ in range(3):  # a busy machine may be late with its part
            start = time.monotonic()
            with listen(b, "10.0.2.2") as listener:
                ends = connect(a, "10.0.2.2", listener)
            # Three times two links: SYN, SYN-ACK, ACK.
            took = time.monotonic() - start
            if took < 0.044:
                break
            close(*ends)
        expect(0.024 <= took < 0.044, f"connect in {took} s")
        expect(transfer(*ends, os.urandom(20_000)), "no data")
        close(*ends)
        time.sleep(0.1)
        wire.stop()
        drops = wire.rows(verdict="drop", proto="tcp")
        expect([r["pair"] for r in drops] == ["r2>b"], "dropped elsewhere")
        ttl = {r["pair"]: r.ttl for r in wire.rows(proto="tcp", dport=80)}
        expect(ttl == {"a>r1": 64, "r2>b": 63}, f"TTL {ttl}")


def check_router_with_gro():
    """The router's kernel cuts what was merged for it, and completes the
    checksums the merging left partial."""
    with chain("offload", "gro") as (wire, a, b):
        with listen(b, "10.0.2.2") as listener:
            ends = connect(a, "10.0.2.2", listener)
        expect(transfer(*ends, os.urandom(300_000)), "no data")
        close(*ends)
        expect(b.counter("TcpInCsumErrors") == 0, "bad checksums")
        wire.stop()
        longest = max(r.ip_length for r in wire.rows(pair="r2>b"))
        expect(longest <= 1500, f"{longest} octets behind the router")


def check_ipv6():
    with Pair("set *>* delay=4ms", "drop a>b data nth=3") as pair:
        client, server = pair.connect("fd00::2")
        for _ in range(8):
            client.send(b"v" * 700)
        expect(receive_all(server, 5600) == b"v" * 5600, "data differs")
        close(client, server)
        time.sleep(0.1)
        pair.stop()
        rows = pair.wire.rows(src="fd00::1", proto="tcp", kind="data")
        rows.sort(key=lambda r: r.time_ns)
        dropped = [i for i, r in enumerate(rows) if r["verdict"] == "drop"]
        expect(dropped == [2], f"segments {dropped} dropped")
        expect(rows[0]["ip_id"] == "" and rows[0].tsval > 0, "columns")
