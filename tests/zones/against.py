"""A map held against captures, for tests/zones/check."""
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "cli"))
import frames


def handshakes(count, rtt_us):
    """A capture at the client of connects that the server answers after
    rtt_us and the client at once."""
    def tcp(source, destination, ports, numbers, flags):
        return frames.ip_frame(6, source, destination, struct.pack(
            ">HHIIBBHHH", *ports, *numbers, 0x50, flags, 100, 0, 0))
    packets = []
    for port in range(40000, 40000 + count):
        packets += [(0, tcp(1, 2, (port, 443), (7, 0), 0x02)),
                    (rtt_us, tcp(2, 1, (443, port), (9, 8), 0x12)),
                    (rtt_us + 5, tcp(1, 2, (port, 443), (8, 10), 0x10))]
    out = frames.pcap([])
    for i, (after, frame) in enumerate(packets):
        seconds, micros = divmod(i // 3 * 10000 + after, 1000000)
        out += struct.pack("<IIII", 1709294400 + seconds, micros, len(frame),
                           len(frame)) + frame
    return out


def check(run):
    """Two prefixes of one zone that are 2 ms apart."""
    for name, rtt_us in (("far.pcap", 2000), ("near.pcap", 200)):
        with open(name, "wb") as f:
            f.write(handshakes(120, rtt_us))
    with open("one.csv", "w") as f:
        f.write("cidr,zone\n10.0.0.1,a\n10.0.0.2,a\n")
    far = run(["lint", "one.csv", "--against", "far.pcap"])
    if far.returncode != 1 or b"took 2.01 ms, which is long" not in far.stdout:
        return "%d %s" % (far.returncode, far.stdout + far.stderr)
    near = run(["lint", "one.csv", "--against", "near.pcap"])
    if near.returncode != 0 or near.stderr:
        return "%d %s" % (near.returncode, near.stdout + near.stderr)
    with open("apart.csv", "w") as f:
        f.write("cidr,zone\n10.0.0.1,a\n10.0.0.2,b\n")
    other = run(["lint", "--against", "far.pcap", "apart.csv"])
    if other.returncode != 0:
        return other.stdout.decode()
    missing = run(["lint", "two.csv", "--against", "none.pcap"])
    return "" if missing.returncode == 3 else str(missing)
