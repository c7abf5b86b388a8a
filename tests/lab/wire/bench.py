"""How many packets a second, and how exact the delay is under them."""

import socket
import statistics
import struct
import subprocess
import sys
import threading
import time

from rig import Capture, Pair, close

# Evenly spaced: what queues behind a burst waits for the burst, not for the
# wire. What a stall of this program kept back is not sent at once either.
FLOOD = """
import socket, sys, time, struct
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.connect(("10.0.0.2", 5001))
rate, seconds = float(sys.argv[1]), float(sys.argv[2])
gap = 1 / rate if rate else seconds
sent = 0
data = b"x" * 200
next = time.monotonic()
end = next + seconds
while (now := time.monotonic()) < end:
    if now < next: continue
    next = max(next, now - 10 * gap) + gap
    out.send(data)
    sent += 1
print(sent)
"""


def measure(rate, seconds=4):
    """Probes every 2 ms through a link with 5 ms of delay under load."""
    with Pair("set a>b delay=5ms") as pair:
        before, after = Capture(pair.a), Capture(pair.b)
        sink = pair.b.socket(socket.SOCK_DGRAM)
        sink.bind(("10.0.0.2", 5001))
        for capture in (before, after):
            keep_probes(capture)
        load = subprocess.Popen(
            ["ip", "netns", "exec", pair.a.name, sys.executable, "-c", FLOOD,
             str(rate), str(seconds)], stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)
        receiver = pair.udp(int((seconds - 1) / 0.002), 0.002)
        sent_load = int(load.communicate()[0])
        time.sleep(0.2)
        close(receiver, sink)
        sent = {p.payload[:4]: p.time_ns for p in before.packets()
                if p.outgoing}
        delays = sorted((p.time_ns - sent[p.payload[:4]]) / 1000
                        for p in after.packets() if not p.outgoing)
        stats = pair.stop()
        most = delays[:len(delays) * 99 // 100]
        low, middle, high = statistics.quantiles(delays, n=4)
        late = stats["lateness_ns"]
        print(f"load {sent_load / seconds:8.0f} packets/s  "
              f"delay 5000 us: p50 {middle:7.1f}  "
              f"sd {statistics.pstdev(delays):6.1f}  "
              f"without the last 1 % {statistics.pstdev(most):5.1f}  "
              f"of middle half {(high - low) / 1.349:5.1f}  "
              f"p1 {delays[len(delays) // 100]:7.1f}  "
              f"p99 {delays[-len(delays) // 100]:7.1f}  "
              f"own lateness p50 {late['p50'] / 1000:.1f} "
              f"p99 {late['p99'] / 1000:.1f}  drops {stats['drops']} "
              f"host drops {stats['host_drops']}", flush=True)


def keep_probes(capture):
    """A socket filter: IPv4 UDP to port 5000."""
    code = ((0x30, 0, 0, 9), (0x15, 0, 3, 17), (0x28, 0, 0, 22),
            (0x15, 0, 1, 5000), (0x06, 0, 0, 65535), (0x06, 0, 0, 0))
    import ctypes
    text = b"".join(struct.pack("HBBI", *line) for line in code)
    buffer = ctypes.create_string_buffer(text)
    capture.socket.setsockopt(
        socket.SOL_SOCKET, 26,
        struct.pack("HL", len(code), ctypes.addressof(buffer)))


def stream(options, seconds=3):
    """One TCP connection as fast as it goes."""
    with Pair("set *>* delay=2ms", **options) as pair:
        client, server = pair.connect()
        stop = time.monotonic() + seconds
        received = [0]

        def drain():
            while data := server.recv(1 << 20):
                received[0] += len(data)
        thread = threading.Thread(target=drain)
        thread.start()
        block = bytes(1 << 18)
        while time.monotonic() < stop:
            client.sendall(block)
        client.shutdown(socket.SHUT_WR)
        thread.join()
        stats = pair.stop()
        print(f"TCP {str(options):40} {received[0] * 8 / seconds / 1e6:7.0f} "
              f"Mbit/s  {stats['packets'] / seconds:8.0f} packets/s  "
              f"lateness p50 {stats['lateness_ns']['p50'] / 1000:.1f} us")


def run():
    # The last is 60,000 or a little less: see FLOOD.
    for rate in (0, 3000, 20000, 65000):
        measure(rate)
    for options in ({}, {"a": "offload"}, {"a": "offload", "b": "gro"}):
        stream(options)
