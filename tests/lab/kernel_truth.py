"""What the kernel says of its own TCP: counters and tracepoints.

Counters are those of /proc/net/snmp and /proc/net/netstat, per namespace, as
differences over the run.  TcpRetransSegs counts every retransmitted segment,
SYNs and loss probes included.

The tracepoint tcp:tcp_retransmit_skb fires once a retransmitted buffer and
tcp:tcp_cong_state_set at each change of the sender's state, so the state at a
retransmission tells its cause (0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss):
the first one after a step into loss is a timeout, later ones there are the
recovery after it, one in recovery is a fast retransmission, and one in open,
disorder or CWR a tail loss probe.  Neither carries a namespace, and sockets
outlive the run that left them: runs beside and soon after each other use
different local ports (LocalPorts), which tell their connections apart.
"""
import collections
import contextlib
import errno
import os
import re
import socket
import subprocess
import tempfile
import time

FIRST_PORT = 12000
PORTS_EACH = 500
RANGES = 96


class LocalPorts:
    """Ports that no other run on this machine has as long as this one is
    open: a range goes with an abstract socket, of which there is one."""

    def __init__(self, wanted):
        """The first range that is free, from number `wanted` on."""
        self.claim = socket.socket(socket.AF_UNIX)
        for number in range(wanted, wanted + RANGES):
            self.first = FIRST_PORT + number % RANGES * PORTS_EACH
            try:
                self.claim.bind("\0netlat-lab-ports-%d" % self.first)
                return
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, "as many labs run as there are ports")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.claim.close()

    def sysctl(self, count=PORTS_EACH):
        return "net.ipv4.ip_local_port_range=%d %d" % (
            self.first, self.first + count - 1)

    def last(self):
        """For who binds one; the kernel seldom gets there by itself."""
        return self.first + PORTS_EACH - 1

    def __contains__(self, port):
        return 0 <= port - self.first < PORTS_EACH


def counters(inside):
    """name -> value of a namespace's TCP and TcpExt counters."""
    text = subprocess.run(inside("cat", "/proc/net/snmp", "/proc/net/netstat"),
                          capture_output=True, text=True, check=True).stdout
    out = {}
    lines = text.splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        group, *keys = names.split()
        if group in ("Tcp:", "TcpExt:"):
            for key, value in zip(keys, values.split()[1:]):
                out[group[:-1] + key] = int(value)
    return out


def difference(before, after):
    return {key: value - before.get(key, 0) for key, value in after.items()
            if value != before.get(key, 0)}


# One retransmission: who sent it, to whom, when (realtime, s) and why.
Retransmission = collections.namedtuple("Retransmission",
                                        "time source target cause")

_EVENT = re.compile(
    r"\s(\d+\.\d+): (tcp_\w+): .*?sport=(\d+) dport=(\d+) saddr=(\S+) "
    r"daddr=(\S+) saddrv6=(\S+) daddrv6=(\S+)(.*)")


@contextlib.contextmanager
def tracing():
    """Where the kernel's tracing is, mounted for as long as needed."""
    root = "/sys/kernel/tracing"
    if os.path.exists(os.path.join(root, "events")):
        yield root
        return
    root = tempfile.mkdtemp(prefix="nl-tracing-")
    try:
        subprocess.run(["mount", "-t", "tracefs", "nodev", root],
                       check=True, capture_output=True)
        try:
            yield root
        finally:
            subprocess.run(["umount", root], capture_output=True)
    finally:
        os.rmdir(root)


class Tracer:
    """A private instance of the kernel's tracing below `root`; close()
    removes it."""

    EVENTS = ["tcp/tcp_retransmit_skb", "tcp/tcp_retransmit_synack",
              "tcp/tcp_cong_state_set"]

    def __init__(self, root, name):
        self.folder = os.path.join(root, "instances", name)
        os.mkdir(self.folder)
        self._write("trace_clock", "mono")
        self._write("buffer_size_kb", "16384")
        for event in self.EVENTS:
            self._write("events/%s/enable" % event, "1")

    def _write(self, name, value):
        with open(os.path.join(self.folder, name), "w") as f:
            f.write(value)

    def lines(self):
        with open(os.path.join(self.folder, "trace")) as f:
            return [line for line in f if not line.startswith("#")]

    def close(self):
        for event in self.EVENTS:
            self._write("events/%s/enable" % event, "0")
        until = time.monotonic() + 2
        while True:
            try:
                os.rmdir(self.folder)
                return
            except OSError:
                # Busy while somebody else reads the list of instances.
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)


def realtime_offset():
    """Seconds from the monotonic clock to that of captures.  Between two looks
    at clocks this process may have to wait; the quickest of some tries
    counts."""
    def look():
        before = time.monotonic()
        now = time.time()
        after = time.monotonic()
        return after - before, now - (before + after) / 2
    return min(look() for _ in range(20))[1]


def retransmissions(lines, mine):
    """The retransmissions in trace lines by sockets whose two ports satisfy
    mine(sport, dport), with their causes."""
    offset = realtime_offset()
    state = {}
    fresh_timeout = {}
    out = []
    for line in lines:
        match = _EVENT.search(line)
        if not match:
            continue
        when, event = float(match[1]) + offset, match[2]
        sport, dport = int(match[3]), int(match[4])
        if not mine(sport, dport):
            continue
        four = match[5] != "0.0.0.0" and match[7].startswith("::ffff:")
        ends = (match[5], match[6]) if four else (match[7], match[8])
        key = (ends[0], sport, ends[1], dport)
        if event == "tcp_cong_state_set":
            state[key] = int(re.search(r"cong_state=(\d)", match[9])[1])
            fresh_timeout[key] = state[key] == 4
            continue
        if event == "tcp_retransmit_synack" or "TCP_SYN_" in match[9]:
            cause = "syn_timer"
        elif state.get(key, 0) == 3:
            cause = "fast"
        elif state.get(key, 0) == 4:
            cause = "rto" if fresh_timeout.pop(key, False) else \
                "timeout_recovery"
        else:
            cause = "tlp"
        out.append(Retransmission(when, (ends[0], sport), (ends[1], dport),
                                  cause))
    return out
