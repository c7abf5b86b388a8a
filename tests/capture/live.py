"""A running netlat capture, and two hosts for it to look at."""
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.join(os.path.dirname(HERE), "lab")
sys.path[:0] = [os.path.join(LAB, "wire"), LAB,
                os.path.join(os.path.dirname(HERE), "support")]
sys.dont_write_bytecode = True
import rig

NETLAT = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build",
                      "netlat-capture")


class Capture:
    """A running netlat capture inside a namespace."""
    started = {}  # by the namespace's name
    # Of the check that this thread runs: how many measure.
    threads = threading.local()

    def __init__(self, host, *words):
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", host.name, NETLAT, *words,
             *getattr(Capture.threads, "words", [])],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        Capture.started.setdefault(host.name, []).append(self.process)
        self.lines, self.said = [], []
        self.readers = [
            threading.Thread(target=self.read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.lines),
                         (self.process.stderr, self.said))]
        for reader in self.readers:
            reader.start()
        # The sandbox closes last, after the sockets are open.
        self.wait(lambda: self.status("Seccomp") == "2", "not confined")

    @staticmethod
    def read(stream, into):
        for line in stream:
            into.append(line)

    def wait(self, true, what, seconds=10):
        end = time.monotonic() + seconds
        while not true():
            rig.expect(self.process.poll() is None,
                       "it ended: " + "".join(self.said))
            rig.expect(time.monotonic() < end, what)
            time.sleep(0.02)

    def status(self, key, pid=None):
        path = "/proc/%s/status" % (pid or self.process.pid)
        with open(path, encoding="ascii") as lines:
            for line in lines:
                if line.startswith(key + ":"):
                    return line.split(":", 1)[1].strip()
        return None

    def children(self):
        """Their process ids by name."""
        path = "/proc/%d/task/%d/children" % ((self.process.pid,) * 2)
        named = {}
        with open(path, encoding="ascii") as children:
            for pid in children.read().split():
                with open("/proc/%s/comm" % pid, encoding="ascii") as name:
                    named[name.read().strip()] = int(pid)
        return named

    def opener(self):
        return self.children()["netlat-opener"]

    def publisher(self):
        return self.children()["netlat-publish"]

    def wait_gone(self):
        """Until nobody holds the other ends of the pipes."""
        for reader in self.readers:
            reader.join(5)
            rig.expect(not reader.is_alive(), "a process was left behind")

    def cpu(self):
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        """All records; how long the end took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)
        took = time.monotonic() - started
        for reader in self.readers:
            reader.join(5)
        rig.expect(self.process.returncode == 0,
                   "exit status %d: %s" % (self.process.returncode,
                                           "".join(self.said)))
        records = [json.loads(line) for line in self.lines
                   if line.startswith("{")]
        return records, took


class Veth:
    """Two hosts with nothing between them that could lose a packet."""
    naming = threading.Lock()

    def __enter__(self):
        with Veth.naming:
            self.a, self.b = rig.Namespace(), rig.Namespace()
        self.join()
        return self

    def join(self):
        self.a.ip("link", "add", "eth0", "type", "veth", "peer", "name",
                  "eth0", "netns", self.b.name)
        for number, host in ((1, self.a), (2, self.b)):
            host.sysctl("net.ipv6.conf.eth0.disable_ipv6=1")
            host.ip("addr", "add", "10.0.0.%d/24" % number, "dev", "eth0")
            host.ip("link", "set", "eth0", "up")

    def __exit__(self, *_):
        for host in (self.a, self.b):
            # Of a check that failed.
            for process in Capture.started.pop(host.name, []):
                process.kill()
            host.remove()

    def serve(self):
        """A socket that listens at 10.0.0.2, port 80."""
        listener = self.b.socket(socket.SOCK_STREAM)
        listener.bind(("10.0.0.2", 80))
        listener.listen()
        return listener

    def connect(self, listener, source=None):
        """Both ends of a new connection to it."""
        client = self.a.socket(socket.SOCK_STREAM)
        if source:
            client.bind((source, 0))
        client.connect(("10.0.0.2", 80))
        return client, listener.accept()[0]

    def datagrams(self, count):
        sender = self.a.socket(socket.SOCK_DGRAM)
        for _ in range(count):
            sender.sendto(b"x" * 20, ("10.0.0.2", 9))
        sender.close()


def of_type(records, wanted):
    return [r for r in records if r["type"] == wanted]


def counter(host, name):
    path = "/sys/class/net/eth0/statistics/" + name
    return int(subprocess.run(["ip", "netns", "exec", host.name, "cat", path],
                              check=True, capture_output=True,
                              text=True).stdout)
