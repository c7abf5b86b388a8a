"""A capture whose clock jumped: its later records moved in time."""
import struct

NS = 10**9


def shift(path, since_ns, by_ns):
    """Moves what was captured at or after since_ns by by_ns, in place.  The
    file is a nanosecond pcap of this machine's byte order."""
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        at = 24
        while at + 16 <= len(data):
            sec, nsec, captured, _ = struct.unpack_from("=4I", data, at)
            time = sec * NS + nsec
            if time >= since_ns:
                struct.pack_into("=2I", data, at, *divmod(time + by_ns, NS))
            at += 16 + captured
        file.seek(0)
        file.write(data)
