"""What tshark makes of a capture, one row a frame.

The answer depends on the program and the file alone, so it is kept under
build/oracle and a second run costs seconds."""
import collections
import hashlib
import os
import shutil
import subprocess

from captures import ROOT

CACHE = os.path.join(ROOT, "build", "oracle")

EVENTS = ("retransmission", "fast_retransmission", "spurious_retransmission",
          "out_of_order", "lost_segment", "ack_lost_segment", "duplicate_ack",
          "keep_alive", "keep_alive_ack", "zero_window_probe", "window_full",
          "zero_window_probe_ack", "zero_window", "window_update",
          "reused_ports")
FIELDS = ["frame.number", "frame.time_epoch", "frame.protocols", "tcp.stream",
          "tcp.seq", "tcp.len", "tcp.ack", "tcp.flags",
          "tcp.analysis.acks_frame", "tcp.analysis.ack_rtt",
          "tcp.analysis.initial_rtt", "ip.flags.mf", "ip.frag_offset",
          "ipv6.fraghdr.offset", "tcp.options.sack_le",
          "tcp.options.sack_re", "tcp.options.timestamp.tsval",
          "tcp.options.timestamp.tsecr", "dns.time",
          "tls.handshake.extensions_server_name"] + [
              "tcp.analysis." + e for e in EVENTS]

Frame = collections.namedtuple(
    "Frame", [f.replace("tcp.analysis.", "").replace(".", "_")
              for f in FIELDS])


def version():
    if not shutil.which("tshark"):
        return None
    done = subprocess.run(["tshark", "-v"], capture_output=True, text=True)
    return done.stdout.split("\n")[0]


def run(capture, release):
    """The raw rows as text, from the cache when it has them."""
    command = ["tshark", "-n", "-r", capture.path, "-T", "fields", "-E",
               "separator=/t", "-E", "occurrence=a", "-E", "aggregator=;"]
    for field in FIELDS:
        command += ["-e", field]
    key = hashlib.sha256("\0".join(
        [release, capture.sha256] + FIELDS).encode()).hexdigest()
    kept = os.path.join(CACHE, key)
    if os.path.exists(kept):
        with open(kept, encoding="utf-8", errors="replace") as f:
            return f.read()
    os.makedirs(CACHE, exist_ok=True)
    # The user's preferences must not change the numbers.
    environment = dict(os.environ, WIRESHARK_CONFIG_DIR=CACHE, LC_ALL="C.UTF-8")
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment,
                          stderr=subprocess.DEVNULL, timeout=300)
    text = done.stdout.decode("utf-8", "replace")
    partial = "%s.%d" % (kept, os.getpid())
    with open(partial, "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(partial, kept)
    return text


def frames(capture, release):
    """frame number -> Frame of texts."""
    out = {}
    for line in run(capture, release).split("\n"):
        values = line.split("\t")
        if len(values) == len(FIELDS) and values[0].isdigit():
            out[int(values[0])] = Frame(*values)
    return out
