"""Configuration, control, log files, cleaning up."""

import json
import os
import signal
import socket
import subprocess
import time

from rig import (Capture, Failure, Namespace, Pair, Wire, close, expect,
                 numbers, transfer)


def refused(text):
    """The message about a configuration file with this text."""
    with open(f"/tmp/lab-wire-bad-{os.getpid()}", "w",
              encoding="ascii") as out:
        out.write(text)
    try:
        done = subprocess.run(
            [Wire.program, out.name, "--control", out.name + ".s", "--log",
             "/dev/null"], capture_output=True, text=True, timeout=5,
            check=False)
    finally:
        os.unlink(out.name)
    expect(done.returncode == 2,
           f"exit status {done.returncode} for {text!r}, expected 2")
    return done.stderr


def check_bad_configuration():
    two = "device a netns x if e0 mtu 1500\ndevice b netns x if e1 mtu 1500\n"
    cases = (
        ("frobnicate\n", ":1:", "frobnicate"),
        ("device a netns x if eth0\n", ":1:", "expected: device"),
        ("device a netns x if eth0 mtu big\n", ":1:", "'big'"),
        ("\n# nothing\njoin a b\n", ":3:", "'a' is not a device"),
        (two + "join a b\njoin a b\n", ":4:", "already connected"),
        (two + "join a b\nset a>b delay=10\n", ":4:", "a duration"),
        (two + "join a b\nset a>b colour=red\n", ":4:", "colour=red"),
        (two + "join a b\nset a>c delay=1ms\n", ":4:", "'c'"),
        (two + "join a b\nset a-b delay=1ms\n", ":4:", "FROM>TO"),
        (two + "join a b\nset a>b loss=120%\n", ":4:", "loss=120%"),
        (two + "join a b\ndrop a>b tail nth=2\n", ":4:", "'nth=2'"),
        (two + "join a b\nlate a>b data nth=2\n", ":4:", "by=DURATION"),
        (two + "join a b\nforget a>b idle=3s\n", ":4:", "mode="),
        (two + "join a b\nrst a>b flow=1\n", ":4:", "flow="),
        (two + "join a b\ndrop a>b tail count=2\n", ":4:", "under delay"),
        (two + "join a b\nseed 4\n", ":4:", "before"),
        (two + "join a b\naddress a 10.0.0.300\n", ":4:", "10.0.0.300"),
        (two + "join a b\nmark hello\n", ":4:", "while packets flow"),
        (two, "", "'a' is in no join"),
    )
    for text, *parts in cases:
        message = refused(text)
        for part in parts:
            expect(part in message, f"no '{part}' in: {message}")
    gone = Namespace()
    gone.remove()
    done = subprocess.run([Wire.program, "/nonexistent", "--control", "x",
                           "--log", "y"], capture_output=True, text=True,
                          check=False)
    expect(done.returncode == 2 and "/nonexistent" in done.stderr,
           f"missing file: {done.returncode} {done.stderr}")
    try:
        Wire([f"device a netns {gone.name} if eth0 mtu 1500",
              f"device b netns {gone.name} if eth1 mtu 1500", "join a b"])
        raise Failure("started in a namespace that does not exist")
    except Failure as problem:
        expect(gone.name in str(problem), str(problem))


def check_control():
    with Pair() as pair:
        second = pair.wire.connect()
        for command, part in (("set a>b delay=1ms", "ok"),
                              ("set a>b delay=soon", "error: 'delay=soon'"),
                              ("device c netns x if y mtu 1500",
                               "error: can only stand"),
                              ("jump", "error: 'jump'"), (" ", "error: "),
                              ("mark hello world", "ok")):
            reply = pair.wire.ask(command, second)
            expect(reply.startswith(part), f"'{command}': {reply}")
        receiver = pair.udp(3)
        expect(numbers(receiver) == [0, 1, 2], "datagrams are missing")
        stats = json.loads(pair.wire.ask("stats")[3:])
        expect(stats["pairs"]["a>b"]["delivered"] >= 3, f"stats: {stats}")
        second.close()
        third = pair.wire.connect()
        expect(pair.wire.ask("mark still here", third) == "ok",
               "a client that left disturbed another")
        third.close()
        pair.stop()
        notes = [row["note"] for row in pair.wire.rows(verdict="command")]
        expect(notes == ["set a>b delay=1ms", "mark hello world",
                         "mark still here"], f"commands in the log: {notes}")


def check_files():
    """The log and the pcap agree with a capture at the sender."""
    with Pair("set *>* delay=2ms", pcap=True) as pair:
        capture = Capture(pair.a)
        client, server = pair.connect()
        expect(transfer(client, server, os.urandom(300_000)), "data differs")
        close(client, server)
        time.sleep(0.2)
        seen = [p for p in capture.packets(socket.IPPROTO_TCP) if p.outgoing]
        stats = pair.stop()
        rows = pair.wire.rows(pair="a>b", proto="tcp")
        expect(len(rows) == len(seen),
               f"{len(rows)} rows, {len(seen)} packets captured")
        for row, packet in zip(sorted(rows, key=lambda r: r.time_ns), seen):
            same = (row.seq == packet.seq and row.ip_id == packet.ip_id and
                    row.payload == len(packet.payload) and
                    row.sport == packet.sport)
            expect(same, f"row differs from the capture: {dict(row)}")
            expect(0 <= row.time_ns - packet.time_ns < 50_000_000,
                   "arrival before or long after the capture")
        text = subprocess.run(["tcpdump", "-nr", pair.wire.pcap_path],
                              capture_output=True, text=True, check=True)
        count = len(text.stdout.splitlines())
        expect(count == stats["packets"],
               f"pcap has {count} packets of {stats['packets']}")
        expect(stats["log_stalls"] == 0 and stats["host_drops"] == 0,
               f"statistics: {stats}")


def check_cleanup():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        with Pair() as pair:
            expect("eth0" in pair.a.interfaces(), "no device")
            if number == signal.SIGKILL:
                pair.wire.process.kill()
                pair.wire.process.wait()
            else:
                pair.wire.stop(number)
                expect(not os.path.exists(pair.wire.control_path),
                       "the control socket is left")
            expect("eth0" not in pair.a.interfaces() + pair.b.interfaces(),
                   f"devices are left after signal {number}")


def check_device_removed():
    """By hand, while packets flow: the wire goes on and does not spin."""
    with Pair() as pair:
        pair.a.ip("link", "del", "eth0")
        before = time.monotonic(), cpu_seconds(pair.wire.process.pid)
        time.sleep(0.3)
        used = cpu_seconds(pair.wire.process.pid) - before[1]
        expect(used < 0.1 * (time.monotonic() - before[0]),
               f"{used} s of processor time without a packet")
        expect(pair.wire.ask("mark alive") == "ok", "does not answer")
        pair.stop()


def cpu_seconds(process):
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check_side_by_side():
    with Pair("set a>b delay=3ms loss=100%") as one, \
            Pair("set a>b delay=9ms") as two:
        first, second = one.udp(50), two.udp(50)
        expect(numbers(second) == list(range(50)),
               "the second wire lost datagrams")
        expect(numbers(first, 0.05) == [], "the first wire lost none")
        one.stop()
        two.stop()
        for pair, verdict in ((one, "drop"), (two, "pass")):
            rows = pair.wire.rows(dport=5000)
            expect([r["verdict"] for r in rows] == [verdict] * 50,
                   f"{len(rows)} rows, not 50 of {verdict}")


def check_busy_socket():
    with Pair() as pair:
        done = subprocess.run(
            [Wire.program, pair.wire.config, "--control",
             pair.wire.control_path, "--log", "/dev/null"],
            capture_output=True, text=True, check=False)
        expect(done.returncode == 1 and "another wire" in done.stderr,
               f"{done.returncode} {done.stderr}")
        expect(pair.wire.ask("mark alive") == "ok", "its socket was taken")
