"""Compares, direction by direction, with tcptrace: how many round trips its
rules count, and how many data segments were sent again.

tcptrace reads no tunnels, no zstd and no SLL2, and it crashes on some files;
what it does not answer is left out and counted.
"""
import collections
import shutil
import subprocess

from stream import ns



BOTH = ("a2b", "b2a")


def available():
    return shutil.which("tcptrace") is not None


def rows(path):
    """Its connections as dictionaries, or None where it fails."""
    try:
        done = subprocess.run(["tcptrace", "-n", "-l", "-r", "--csv", path],
                              stdout=subprocess.PIPE, timeout=20,
                              stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        return None
    out, header = [], None
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        values = [v.strip() for v in line.split(",")]
        if values[0] == "conn_#":
            header = values
        elif header and values[0].isdigit() and len(values) >= len(header) - 1:
            out.append(dict(zip(header, values)))
    return out


def end_points(ip, port):
    return ip, int(port)


def matching(answer, row):
    """The flow netlat has for a row: same ends, same first packet."""
    a = end_points(row["host_a"], row["port_a"])
    b = end_points(row["host_b"], row["port_b"])
    seconds, _, fraction = row["first_packet"].partition(".")
    first = int(seconds) * 10**6 + int(fraction)
    for flow in answer.flows.values():
        client = end_points(flow["client_ip"], flow["client_port"])
        server = end_points(flow["server_ip"], flow["server_port"])
        if {a, b} == {client, server} and abs(flow["start_us"] - first) <= 1:
            return flow, "c2s" if client == a else "s2c"
    return None, None


class Counted:
    """What netlat's records say of one direction of a flow."""

    def __init__(self, answer, flow, direction):
        self.classes = collections.Counter()
        self.samples = self.partial = self.other = self.controls = 0
        self.before_first = 0  # repeats of octets below the first captured
        for segment in answer.segments.values():
            if segment["flow"] != flow["id"]:
                continue
            if segment["dir"] == direction:
                if segment["len"] > 0 or (
                        "F" in segment["flags"] and
                        segment["class"] == "capture_duplicate"):
                    self.classes[segment["class"]] += 1
                    self.before_first += segment["seq"] >= 2**31 and \
                        segment["class"] == "retransmission"
                elif segment["class"] == "retransmission":
                    self.controls += 1
            elif segment["rtt_ns"] is not None:
                self.sample(answer, segment)

    def sample(self, answer, segment):
        sent = answer.segments.get(segment["acks_frame"])
        if segment["rtt_class"] in ("sack", "timestamp") or sent is None:
            self.other += 1
            return
        end = sent["seq"] + sent["len"] + ("S" in sent["flags"]) + \
            ("F" in sent["flags"])
        if end == segment["ack"]:
            self.samples += 1
        else:
            self.partial += 1


def why_samples(row, way, flow, ours):
    if any(int(row[k + w]) for k in ("rexmt_data_pkts_", "outoforder_pkts_")
           for w in BOTH):
        return "the connection has repeats or holes"
    if any(int(row["resets_sent_" + w]) for w in BOTH):
        return "a reset: tcptrace times it, netlat does not"
    if ours.classes["capture_duplicate"] or int(row["hardware_dups_" + way]):
        return "captured twice"
    if ours.partial or ours.other:
        return "ACKs inside segments, SACK or timestamp samples"
    if any(flow[d]["capture_gap_bytes"] for d in ("c2s", "s2c")) or \
            int(row["missed_data_" + way].replace("NA", "0")):
        return "bytes were never captured"
    if any(flow[d]["reordered"] for d in ("c2s", "s2c")):
        return "segments captured out of order"
    return None


def arbitrate(comparison, flow, direction, ours):
    """What else may part them; tshark as the third opinion."""
    if any(c["clock_backsteps"] for c in comparison.answer.captures):
        return "the clock went back"
    acks = 0
    for stream in comparison.streams.values():
        for p in stream.ordered:
            frame = comparison.frames[p.frame]
            acks += p.flow == flow["id"] and p.dir != direction and \
                bool(frame.acks_frame)
    if acks == ours.samples:
        return "tshark counts as netlat does"
    stamps = [s["time_us"] for s in comparison.answer.segments.values()
              if s["flow"] == flow["id"]]
    theirs = [ns(comparison.frames[p.frame].frame_time_epoch) // 1000
              for s in comparison.streams.values() for p in s.ordered
              if p.flow == flow["id"]]
    if sorted(stamps) != sorted(theirs):
        return "a fraction of more than a second in the file"
    return None


def why_repeats(row, way, flow, ours):
    c = ours.classes
    surplus = int(row["rexmt_data_pkts_" + way]) - c["retransmission"]
    syns, fins = map(int, row["SYN/FIN_pkts_sent_" + way].split("/"))
    grounds = {
        "captured or delivered twice": c["capture_duplicate"]
        + c["network_duplicate"],
        "a keep-alive or window probe of one octet": c["keepalive"]
        + c["zero_window_probe"],
        "a late original: the earlier copy was the repeat":
        c["reordered_late_original"],
        "SYN or FIN sent again": max(syns - 1 + max(fins - 1, 0),
                                     ours.controls, 0),
        "the repeat that filled a hole": c["late_fill"],
    }
    if 0 < surplus <= sum(grounds.values()):
        return max(grounds, key=grounds.get)
    if surplus < 0 and ours.before_first == -surplus:
        return "acknowledged before its first octet was captured"
    if surplus < 0 and int(row["outoforder_pkts_" + way]):
        return "out of order to tcptrace"
    if flow["c2s"]["capture_gap_bytes"] + flow["s2c"]["capture_gap_bytes"] > \
            2**30:
        return "gigabytes were never captured"
    return None


def shared_ends(found, row, answer, flow):
    """Several connections between the same ends, cut differently."""
    ends = ("host_a", "port_a", "host_b", "port_b")
    if sum(all(r[e] == row[e] for e in ends) for r in found) > 1:
        return "tcptrace splits after four minutes of silence"
    names = ("client_ip", "client_port", "server_ip", "server_port")
    if sum(all(f[e] == flow[e] for e in names)
           for f in answer.flows.values()) > 1:
        return "VLAN or tunnel is part of the flow's key"
    return None


def compare(comparison):
    """Adds to `comparison` (rtt.py)."""
    found = rows(comparison.capture.path)
    if found is None:
        comparison.counts["tcptrace, files", "only netlat"] += 1
        return
    comparison.counts["tcptrace, files", "equal"] += 1
    for row in found:
        flow, direction = matching(comparison.answer, row)
        if flow is None:
            comparison.counts["tcptrace, connections", "only tcptrace"] += 1
            continue
        comparison.counts["tcptrace, connections", "equal"] += 1
        shared = shared_ends(found, row, comparison.answer, flow)
        for way in BOTH:
            compare_way(comparison, row, way, flow, direction, shared)
            direction = "s2c" if direction == "c2s" else "c2s"


def compare_way(comparison, row, way, flow, direction, shared):
    ours = Counted(comparison.answer, flow, direction)
    place = "flow %d %s" % (flow["id"], direction)
    theirs = int(row["RTT_samples_" + way])
    why = why_samples(row, way, flow, ours) or shared
    clean = why is None
    what = "tcptrace, RTT samples, %s" % (
        "plain directions" if clean else "others")
    if theirs == ours.samples:
        comparison.counts[what, "equal"] += 1
    else:
        why = why or arbitrate(comparison, flow, direction, ours)
        comparison.note(what, "differ", why, place, theirs, ours.samples)
    theirs = int(row["rexmt_data_pkts_" + way])
    what = "tcptrace, repeated data segments"
    if theirs == ours.classes["retransmission"]:
        comparison.counts[what, "equal"] += 1
    else:
        why = why_repeats(row, way, flow, ours) or shared
        comparison.note(what, "differ", why, place, theirs,
                        ours.classes["retransmission"])
