"""Random and lasting faults."""

import os
import socket
import statistics
import struct
import threading
import time

from rig import (Capture, Pair, close, expect, expect_near, numbers,
                 receive_all, transfer)

IP_MTU = 14
IP_MTU_DISCOVER, IP_PMTUDISC_DO = 10, 2


def lost(pair, count=2000):
    """What is missing of that many datagrams, 1 at a time."""
    got = numbers(pair.udp(count))
    return sorted(set(range(count)) - set(got))


def check_loss():
    missing = []
    for _ in range(2):
        with Pair("set a>b loss=10%") as pair:
            missing.append(lost(pair))
            stats = pair.stop()
            expect(stats["drops"] == {"loss": len(missing[-1])}, f"{stats}")
    # 10 % of 2,000: four standard deviations are 54.
    expect_near(len(missing[0]), 200, 54, "datagrams lost")
    expect(missing[0] == missing[1], "the same seed lost other datagrams")


def check_gilbert():
    with Pair("set a>b gilbert=2%,25%") as pair:
        missing = lost(pair, 4000)
        pair.stop()
        runs = [1]
        for before, after in zip(missing, missing[1:]):
            if after == before + 1:
                runs[-1] += 1
            else:
                runs.append(1)
        expect_near(len(missing) / 4000, 2 / 27, 0.03, "share lost")
        expect_near(statistics.mean(runs), 4, 1.5, "mean run of losses")
        reasons = {r["reason"] for r in pair.wire.rows(verdict="drop")}
        expect(reasons == {"gilbert"}, f"reasons {reasons}")


def check_reorder():
    with Pair("set a>b delay=1ms reorder=10%,5ms") as pair:
        got = numbers(pair.udp(600, 0.0005))
        pair.stop()
        expect(sorted(got) == list(range(600)), "lost or doubled")
        late = sum(1 for n, after in zip(got, got[1:]) if after < n)
        expect(20 <= late <= 100, f"{late} of 600 overtaken")
        rows = pair.wire.rows(verdict="late", reason="reorder")
        expect_near(len(rows), 60, 30, "rows of reordering")
        expect(all(r.intended_ns >= 6_000_000 for r in rows), "not 5 ms late")


def check_duplicate():
    with Pair("set a>b delay=1ms duplicate=20%") as pair:
        got = numbers(pair.udp(500))
        stats = pair.stop()
        twice = [n for n in range(500) if got.count(n) == 2]
        expect(len(got) == 500 + len(twice), "lost or more than twice")
        expect_near(len(twice), 100, 36, "datagrams doubled")
        expect(got == sorted(got), "a copy was not right behind")
        expect(stats["copy"] == len(twice), f"{stats}")
        rows = pair.wire.rows(verdict="copy", reason="duplicate")
        expect(len(rows) == len(twice), f"{len(rows)} rows of copies")


def check_mtu():
    with Pair("set a>b mtu=1200") as pair:
        receiver = pair.udp(3, size=1173)
        expect(numbers(receiver) == [], "1,201 octets passed")
        expect(numbers(pair.udp(3, size=1172)) == [0, 1, 2],
               "1,200 octets were dropped")
        client, server = pair.connect()
        client.sendall(bytes(5000))
        server.settimeout(0.4)
        try:
            server.recv(1)
            expect(False, "full segments passed")
        except TimeoutError:
            pass
        close(client, server)


def check_mtu_icmp():
    for address, mtu in (("10.0.0.2", 1200), ("fd00::2", 1300)):
        with Pair(f"set a>b mtu={mtu},icmp delay=2ms",
                  "set b>a delay=3ms") as pair:
            client, server = pair.connect(address)
            expect(transfer(client, server, os.urandom(50_000)),
                   "the transfer did not recover")
            level = (socket.IPPROTO_IPV6, 24) if ":" in address else (
                socket.IPPROTO_IP, IP_MTU)
            expect(client.getsockopt(*level) == mtu,
                   f"path MTU is {client.getsockopt(*level)}, not {mtu}")
            close(client, server)
            pair.stop()
            rows = pair.wire.rows(pair="b>a", verdict="icmp", reason="mtu")
            expect(rows and rows[0]["src"] == address, "no ICMP from the hop")
            expect(rows[0].intended_ns == 3_000_000, "not delayed")


def check_blackout():
    with Pair() as pair:
        pair.wire.do("set a>b blackout=on")
        expect(numbers(pair.udp(5), 0.1) == [], "passed a blackout")
        pair.wire.do("set a>b blackout=off")
        expect(numbers(pair.udp(5), 0.1) == list(range(5)), "still black")
        stats = pair.stop()
        expect(stats["drops"] == {"blackout": 5}, f"{stats}")


def check_hold():
    """Nothing is lost and the order stays; what is under way stops too."""
    with Pair("set a>b delay=20ms") as pair:
        after = Capture(pair.b)
        receiver = pair.udp(10)
        pair.wire.do("set a>b hold=on")
        sender = pair.a.socket(socket.SOCK_DGRAM)
        for number in range(10, 20):
            sender.sendto(struct.pack("!I", number), ("10.0.0.2", 5000))
        time.sleep(0.15)
        expect(not after.packets(17), "packets left while held")
        pair.wire.do("set a>b hold=off")
        released = time.time_ns()
        expect(numbers(receiver) == list(range(20)), "lost or out of order")
        late = [p.time_ns - released for p in after.packets(17)]
        expect(max(late) < 20_000_000, "not let go at once")
        sender.close()
        pair.stop()
        rows = pair.wire.rows(dport=5000)
        expect([r["verdict"] for r in rows] == ["held"] * 20, "not as held")


def check_held_at_the_end():
    with Pair("set a>b hold=on") as pair:
        expect(numbers(pair.udp(3), 0.1) == [], "passed")
        stats = pair.stop()
        expect(stats["drops"].get("shutdown", 0) >= 3, f"{stats}")


def check_ip_id():
    with Pair("set a>b ipid=zero") as pair:
        after = Capture(pair.b)
        client, server = pair.connect()
        expect(transfer(client, server, os.urandom(100_000)), "data differs")
        close(client, server)
        time.sleep(0.1)
        seen = [p for p in after.packets(6) if not p.outgoing]
        expect(len(seen) > 50 and all(p.ip_id == 0 for p in seen),
               "identifications are not zero")
        expect(pair.b.counter("IpInHdrErrors") == 0, "bad IP checksums")
        pair.stop()
        kept = [r.ip_id for r in pair.wire.rows(pair="a>b", proto="tcp")]
        expect(any(kept), "the log lost the sender's identification")


def check_only():
    with Pair("set a>b loss=100% only=tcp:81") as pair:
        expect(numbers(pair.udp(3), 0.1) == [0, 1, 2], "other traffic lost")
        client, server = pair.connect(port=80)
        expect(transfer(client, server, b"x" * 1000), "another port lost")
        close(client, server)
        client = pair.a.socket(socket.SOCK_STREAM)
        client.settimeout(0.2)
        try:
            client.connect(("10.0.0.2", 81))
            expect(False, "the port answered")
        except TimeoutError:
            pass
        client.close()
        pair.wire.do("set a>b only=host:10.0.0.2")
        expect(numbers(pair.udp(3), 0.1) == [], "the host's traffic passed")
        pair.wire.do("set a>b only=icmp")
        expect(numbers(pair.udp(3), 0.1) == [0, 1, 2], "not ICMP, but lost")


def check_reset_settings():
    with Pair("set *>* delay=50ms loss=100%") as pair:
        pair.wire.do("drop a>b datagram count=9", "set *>* reset")
        time.sleep(0.06)  # what was under way goes first
        expect(numbers(pair.udp(3), 0.1) == [0, 1, 2], "not clean")
        pair.wire.do("set *>b delay=20ms", "set a>* loss=0%")
        client, server = pair.connect()
        threading.Thread(target=lambda: server.sendall(b"y")).start()
        start = time.monotonic()
        receive_all(client, 1)
        expect(time.monotonic() - start < 0.015, "the other way is delayed")
        close(client, server)
        pair.stop()
        expect([r.intended_ns for r in pair.wire.rows(dport=5000)] == [0] * 3,
               "still delayed")
