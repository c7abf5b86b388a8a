"""Writes small MaxMind DB files (MaxMind DB File Format Specification 2.0)."""
import ipaddress

UTF8, UINT16, UINT32, MAP, UINT64, ARRAY = 2, 5, 6, 7, 9, 11
MARKER = b"\xab\xcd\xefMaxMind.com"
RECORD_OCTETS = 3  # of each of a node's two records


def head(kind, size):
    more = b"" if size < 29 else bytes([size - 29])
    size = min(size, 29)
    if kind < 8:
        return bytes([kind << 5 | size]) + more
    return bytes([size, kind - 7]) + more


def number(kind, value):
    octets = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return head(kind, len(octets)) + octets


def encoded(value):
    if isinstance(value, dict):
        return head(MAP, len(value)) + b"".join(
            encoded(k) + encoded(v) for k, v in value.items())
    if isinstance(value, int):
        return number(UINT32, value)
    if isinstance(value, list):
        return head(ARRAY, len(value)) + b"".join(map(encoded, value))
    text = value.encode()
    return head(UTF8, len(text)) + text


def bits(network):
    """The path of a prefix in a tree of IPv6; IPv4 lies at ::/96."""
    above = 128 - network.max_prefixlen
    whole = "0" * above + bin(int(network.network_address))[2:].zfill(
        network.max_prefixlen)
    return whole[:above + network.prefixlen]


def write(path, kind, entries):
    """`entries`: prefix to what is said of it; prefixes must not overlap."""
    nodes, data = [[None, None]], b""
    for prefix, said in entries.items():
        way, at = bits(ipaddress.ip_network(prefix)), 0
        for bit in way[:-1]:
            if nodes[at][int(bit)] is None:
                nodes.append([None, None])
                nodes[at][int(bit)] = len(nodes) - 1
            at = nodes[at][int(bit)]
        nodes[at][int(way[-1])] = ("data", len(data))
        data += encoded(said)

    def record(value):
        if value is None:
            value = len(nodes)
        elif isinstance(value, tuple):
            value = len(nodes) + 16 + value[1]
        return value.to_bytes(RECORD_OCTETS, "big")
    tree = b"".join(record(r) for node in nodes for r in node)
    about = {"binary_format_major_version": (UINT16, 2),
             "binary_format_minor_version": (UINT16, 0),
             "build_epoch": (UINT64, 1700000000), "database_type": kind,
             "description": {"en": "test"}, "ip_version": (UINT16, 6),
             "languages": ["en"], "node_count": (UINT32, len(nodes)),
             "record_size": (UINT16, 8 * RECORD_OCTETS)}
    meta = head(MAP, len(about)) + b"".join(
        encoded(k) + (number(*v) if isinstance(v, tuple) else encoded(v))
        for k, v in about.items())
    with open(path, "wb") as out:
        out.write(tree + bytes(16) + data + MARKER + meta)
