"""Compares what names and questions took: the server name of each TLS hello in
TCP, and how many DNS questions were answered, how fast where it was one."""
import re
import subprocess

from captures import NETLAT
from stream import last, ns


def compare(comparison):
    if comparison.capture.tcp_frames:
        server_names(comparison)
    questions(comparison)


def server_names(comparison):
    theirs = {}
    for number, frame in comparison.frames.items():
        name = frame.tls_handshake_extensions_server_name
        segment = comparison.answer.segments.get(number)
        if name and segment and frame.tcp_stream:
            # tshark writes a name that is sent twice twice.
            theirs.setdefault(segment["flow"], name.split(";")[0])
    for flow in comparison.answer.flows.values():
        ours = flow["tls"] and flow["tls"]["sni"]
        name = theirs.get(flow["id"])
        if not ours and not name:
            continue
        if ours == name:
            comparison.counts["server name", "equal"] += 1
            continue
        how = "differ" if ours and name else \
            "only netlat" if ours else "only tshark"
        comparison.note("server name", how, why_name(comparison, flow),
                        "flow %d" % flow["id"], name, ours)


def why_name(comparison, flow):
    stream = next((s for s in comparison.streams.values()
                   if any(p.flow == flow["id"] for p in s.ordered)), None)
    if stream is None:
        return None
    chains = [comparison.frames[p.frame].frame_protocols for p in
              stream.ordered if p.dir == "c2s" and p.end > p.seq > 0]
    if chains and not re.search(r":tcp:tls", chains[0]):
        return "TLS after another protocol" if "tls" in "".join(chains) \
            else "on a port that tshark takes for another protocol"
    if any(c["interfaces"] and c["interfaces"][0]["snaplen"] and
           c["interfaces"][0]["snaplen"] < 512
           for c in comparison.answer.captures):
        return "the hello is cut by the snapshot length"
    return None


def questions(comparison):
    times = {}
    for frame in comparison.frames.values():
        if frame.dns_time and "udp:dns" in frame.frame_protocols:
            times[frame.frame_number] = ns(last(frame.dns_time))
    if not times:
        return
    text = subprocess.run(
        [NETLAT, "analyze", "-q", "--top", "100000", "--width", "200",
         comparison.capture.path], capture_output=True, text=True,
        timeout=60).stdout
    rows = re.findall(r"^[ !]DNS +\S+ +([\d,]+) +([\d,]+|-) +\S+ +(\S+)", text,
                      re.M)
    asked = sum(int(a.replace(",", "")) for a, _, _ in rows)
    silent = sum(int(n.replace(",", "")) for _, n, _ in rows if n != "-")
    ours = asked - silent
    if ours == len(times):
        comparison.counts["DNS answers", "equal"] += 1
    else:
        comparison.note("DNS answers", "differ", why_count(comparison, times),
                        "whole file", len(times), ours)
    if len(rows) == 1 and asked == ours == len(times) == 1:
        theirs = next(iter(times.values())) / 1e6
        shown = float(rows[0][2].replace(",", ""))
        if abs(shown - theirs) <= max(0.005 * theirs, 0.0051):
            comparison.counts["DNS time", "equal"] += 1
        else:
            comparison.note("DNS time", "differ", None, "whole file", theirs,
                            shown)


def why_count(comparison, times):
    """What of the answers says why netlat has other questions."""
    for number in times:
        chain = comparison.frames[int(number)].frame_protocols
        if "gre" in chain.split(":udp")[0]:
            return "tunnel key differs by direction"
        for name in ("arcnet", "teredo", "udp:gre", "wlan"):
            if name in chain:
                return "no decoder: " + name
    # One file in hundreds, so it is asked for apart.
    done = subprocess.run(
        ["tshark", "-n", "-r", comparison.capture.path, "-Y", "dns.time",
         "-T", "fields", "-e", "dns.flags.opcode", "-e", "udp.srcport"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    if any(row[0] not in ("", "0") for row in rows):
        return "not a query but a notification or an update"
    if any(row[1] not in ("", "53", "5353") for row in rows):
        return "on a port netlat does not take for DNS"
    return None
