"""Namespaces, a wire between them, sockets and captures inside them.

Nothing here reads packets through the wire's own eyes: captures are packet
sockets of the kernel, and their octets are taken apart here.
"""

import ctypes
import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

CLONE_NEWNET = 0x40000000
SO_TIMESTAMPNS = 35
LIBC = ctypes.CDLL(None, use_errno=True)


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


class Failure(Exception):
    """What a check found wrong."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def expect_near(value, wanted, margin, what):
    expect(abs(value - wanted) <= margin,
           f"{what} is {value:.6g}, expected {wanted:.6g} +- {margin:.6g}")


def enter(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        if LIBC.setns(fd, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(fd)


class Namespace:
    """A network namespace with a name nobody else uses."""
    count = 0

    def __init__(self):
        Namespace.count += 1
        self.name = f"lw{os.getpid()}x{Namespace.count}"
        self.path = f"/run/netns/{self.name}"
        run("ip", "netns", "add", self.name)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words):
        run("ip", "-n", self.name, *words)

    def sysctl(self, setting):
        run("ip", "netns", "exec", self.name, "sysctl", "-qw", setting)

    def call(self, function):
        """The function's result; its thread is in this namespace."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            enter(self.path)
            return function()
        finally:
            LIBC.setns(home, CLONE_NEWNET)
            os.close(home)

    def socket(self, kind, address="10.0.0.1"):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        out = self.call(lambda: socket.socket(family, kind))
        out.settimeout(5)
        out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return out

    def interfaces(self):
        return [name for _, name in self.call(socket.if_nameindex)]

    def counter(self, name):
        """Of `nstat`, such as TcpInCsumErrors."""
        text = subprocess.run(
            ["ip", "netns", "exec", self.name, "nstat", "-asz", name],
            check=True, capture_output=True, text=True).stdout
        return int(text.split(name)[1].split()[0])

    def remove(self):
        run("ip", "netns", "del", self.name)


class Seen:
    """One packet of a capture."""

    def __init__(self, time_ns, octets, outgoing):
        self.time_ns = time_ns
        self.octets = octets
        self.outgoing = outgoing
        v4 = octets[0] >> 4 == 4
        at = (octets[0] & 15) * 4 if v4 else 40
        self.protocol = octets[9] if v4 else octets[6]
        self.ip_id = struct.unpack_from("!H", octets, 4)[0] if v4 else None
        self.sport, self.dport = struct.unpack_from("!HH", octets, at)
        self.payload = octets[at + 8:]
        self.flags = self.seq = None
        if self.protocol == socket.IPPROTO_TCP:
            self.seq = struct.unpack_from("!I", octets, at + 4)[0]
            self.flags = octets[at + 13]
            self.payload = octets[at + (octets[at + 12] >> 4) * 4:]


class Capture:
    """Everything one interface carries, with the kernel's times."""

    def __init__(self, namespace, interface="eth0"):
        self.socket = namespace.call(
            lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                  socket.htons(3)))
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 1 << 27)  # RCVBUFFORCE
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.bind((interface, 0))
        self.socket.setblocking(False)

    def packets(self, protocol=None):
        out = []
        while True:
            try:
                data, extra, _, place = self.socket.recvmsg(65536, 128)
            except BlockingIOError:
                return out
            seconds, ns = struct.unpack("qq", extra[0][2])
            seen = Seen(seconds * 10**9 + ns, data, place[2] == 4)
            if protocol in (None, seen.protocol):
                out.append(seen)


class Row(dict):
    """One line of the wire's log."""

    def __getattr__(self, name):
        text = self[name]
        return int(text) if text.isdigit() else text


class Wire:
    """The program under test."""
    program = None  # set by the runner

    def __init__(self, lines, pcap=False):
        self.folder = tempfile.TemporaryDirectory(prefix="lab-wire-")
        self.config = self.file("config")
        self.log_path = self.file("log")
        self.control_path = self.file("control")
        self.pcap_path = self.file("pcap") if pcap else None
        with open(self.config, "w", encoding="ascii") as out:
            out.write("\n".join(lines) + "\n")
        words = [Wire.program, self.config, "--control", self.control_path,
                 "--log", self.log_path]
        if pcap:
            words += ["--pcap", self.pcap_path]
        self.process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        if first != "ready\n":
            raise Failure("not ready: " + self.process.stderr.read())
        self.client = self.connect()

    def file(self, name):
        return os.path.join(self.folder.name, name)

    def connect(self):
        out = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        out.settimeout(5)
        out.connect(self.control_path)
        return out

    def ask(self, command, client=None):
        client = client or self.client
        client.send(command.encode())
        return client.recv(1 << 20).decode()

    def do(self, *commands):
        for command in commands:
            reply = self.ask(command)
            expect(reply.startswith("ok"), f"'{command}': {reply}")

    def stop(self, number=signal.SIGTERM):
        """Its statistics."""
        self.client.close()
        self.process.send_signal(number)
        out, error = self.process.communicate(timeout=10)
        expect(self.process.returncode == 0,
               f"exit status {self.process.returncode}: {error}")
        return json.loads(out)

    def rows(self, **wanted):
        """Of the log, once the wire has stopped."""
        out = []
        with open(self.log_path, encoding="ascii") as lines:
            names = next(lines).rstrip("\n").split("\t")
            for line in lines:
                row = Row(zip(names, line.rstrip("\n").split("\t")))
                if len(row) != len(names):
                    raise Failure("log line with missing columns: " + line)
                if all(row[key] == str(value)
                       for key, value in wanted.items()):
                    out.append(row)
        return out

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        self.client.close()
        self.folder.cleanup()


class Pair:
    """Two hosts, a and b, joined by a wire."""

    def __init__(self, *lines, mtu=1500, a="", b="", pcap=False):
        self.a = Namespace()
        self.b = Namespace()
        self.wire = None
        try:
            self.wire = Wire([
                "seed 7",
                f"device a netns {self.a.name} if eth0 mtu {mtu} {a}",
                f"device b netns {self.b.name} if eth0 mtu {mtu} {b}",
                "join a b", "address a 10.0.0.1 fd00::1",
                "address b 10.0.0.2 fd00::2", *lines], pcap)
            for number, host in ((1, self.a), (2, self.b)):
                host.ip("addr", "add", f"10.0.0.{number}/24", "dev", "eth0")
                host.ip("addr", "add", f"fd00::{number}/64", "dev", "eth0",
                        "nodad")
        except BaseException:
            self.remove()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        if self.wire:
            self.wire.remove()
        self.a.remove()
        self.b.remove()

    def connect(self, address="10.0.0.2", port=80, mss=None):
        """A TCP connection: the client's socket in a, the server's in b."""
        with self.b.socket(socket.SOCK_STREAM, address) as listener:
            if mss:
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, mss)
            listener.bind((address, port))
            listener.listen()
            client = self.a.socket(socket.SOCK_STREAM, address)
            client.connect((address, port))
            server, _ = listener.accept()
        server.settimeout(5)
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client, server

    def udp(self, count, gap=0.0, size=100, address="10.0.0.2"):
        """Numbered datagrams from a to b port 5000, nobody answers."""
        sender = self.a.socket(socket.SOCK_DGRAM, address)
        receiver = self.b.socket(socket.SOCK_DGRAM, address)
        receiver.setsockopt(socket.SOL_SOCKET, 33, 1 << 25)
        receiver.bind((address, 5000))
        for number in range(count):
            sender.sendto(struct.pack("!I", number).ljust(size, b"."),
                          (address, 5000))
            if gap:
                time.sleep(gap)
        sender.close()
        return receiver

    def stop(self):
        return self.wire.stop()


def numbers(receiver, quiet=0.3):
    """Those of the datagrams that arrived, until none comes for a while."""
    out = []
    receiver.settimeout(quiet)
    while True:
        try:
            out.append(struct.unpack_from("!I", receiver.recv(65536))[0])
        except TimeoutError:
            receiver.close()
            return out


def receive_all(end, size):
    parts = []
    while size > 0:
        part = end.recv(min(size, 1 << 18))
        if not part:
            raise Failure("the connection ended early")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def transfer(sender, receiver, data):
    """Sends data; true if it arrived as it was."""
    got = []

    def drain():
        try:
            got.append(receive_all(receiver, len(data)))
        except (OSError, Failure):
            pass  # nothing got is the answer
    thread = threading.Thread(target=drain, daemon=True)
    thread.start()
    sender.sendall(data)
    thread.join(20)
    return bool(got) and got[0] == data


def close(*ends):
    for end in ends:
        end.close()


def retransmissions(end):
    """TCP_INFO's total of this connection's end."""
    return struct.unpack_from("I", tcp_info(end), 100)[0]


def wait_acknowledged(end):
    """Until the peer has acknowledged all; from then on nothing is sent."""
    deadline = time.monotonic() + 5
    while struct.unpack_from("I", tcp_info(end), 24)[0] > 0:
        expect(time.monotonic() < deadline, "not acknowledged within 5 s")
        time.sleep(0.01)


def tcp_info(end):
    return end.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
