"""Why netlat and tshark say different things of one frame.

Each rule is tested on the packets themselves (stream.py), in order of
strength; the first that holds names the difference.  None means unexplained:
then one of the two programs is wrong.
"""
import collections

from stream import ACK, RST, SYN

FIVE_MINUTES = 300 * 10**9


def opposite(direction):
    return "s2c" if direction == "c2s" else "c2s"


def apart(flows, a, b):
    """Why two flows of netlat are one stream to tshark."""
    one, other = flows[a], flows[b]
    if one["vantage"] != other["vantage"]:
        return "two capture points, one stream to tshark"
    if one["encap"] != other["encap"]:
        return "VLAN or tunnel is part of the flow's key"
    first, second = sorted((one, other), key=lambda f: f["id"])
    quiet = (second["start_us"] - first["end_us"]) * 1000
    if second["start"] == "syn":
        return "SYN after the connection ended: a new one"
    if quiet > FIVE_MINUTES:
        return "silent for more than five minutes: a new flow"
    return None


def undecoded(frame, answer):
    """Why netlat has no segment for a frame tshark calls TCP."""
    chain = frame.frame_protocols.split(":")
    quoted = [p for p in chain[:chain.index("tcp")]
              if p in ("icmp", "icmpv6")] if "tcp" in chain else []
    if quoted:
        return "TCP header quoted in an ICMP error"
    if fragment(frame):
        return "fragments: netlat takes the first, tshark the last"
    for name, what in (("cfp", "FabricPath"), ("ayiya", "AYIYA"),
                       ("arcnet", "ARCNET"), ("ieee8021ah", "802.1ah"),
                       ("vntag", "VN-Tag"), ("wccp", "WCCP"),
                       ("infiniband", "InfiniBand"), ("ipoib", "IPoIB")):
        if name in chain:
            return "no decoder: " + what
    if chain.count("gre") and "udp" in chain[:chain.index("gre")]:
        return "no decoder: GRE in UDP"
    if chain[-1] == "tcp" or "tcp" in chain:
        outside = chain[:chain.index("tcp")]
        if outside.count("gre") and "wlan" in outside:
            return "no decoder: 802.11 in GRE"
        if "sflow" in outside:
            return "a sampled header in sFlow, not a packet"
    return by_account(frame, answer)


def by_account(frame, answer):
    """What netlat itself counted, where only that kind can be meant."""
    counted = collections.Counter()
    for capture in answer.captures:
        counted.update(capture["undecoded"])
        counted["untimed"] += capture["untimed"]
    if counted["unsupported_link"]:
        return "no decoder: link type"
    if counted["untimed"]:
        return "record without a usable time"
    if counted["malformed"]:
        return "its headers contradict its length: malformed"
    if "gre" in frame.frame_protocols and sum(
            c["other"] for c in answer.captures):
        return "no decoder: WCCP in GRE"
    return None


def fragment(frame):
    offsets = frame.ip_frag_offset + ";" + frame.ipv6_fraghdr_offset
    return "1" in frame.ip_flags_mf or any(
        o not in ("", "0") for o in offsets.split(";"))


def named(ack, sent):
    """Does the ACK echo the timestamp of `sent`?"""
    return ack.tsecr is not None and ack.tsecr == sent.tsval


def refused(stream, ack, sent, segment):
    """Why netlat takes no sample where the ACK ends at `sent`."""
    if ack.time < sent.time:
        return "the clock went back"
    if ack.flags & RST:
        return "a reset gives no sample"
    if segment["class"] in ("capture_duplicate", "network_duplicate"):
        return "the frame is a copy of another"
    una = stream.acknowledged(ack.frame, ack.dir)
    if una is None:
        una = min(p.seq for p in stream.before(ack.frame, sent.dir))
    elif una >= ack.ack:
        return "the number had been acknowledged before"
    if stream.sacked(sent, ack.frame, ack.dir):
        return "SACK had reported it before"
    if stream.copies(sent, ack.frame) > 1:
        return "Karn: bytes sent more than once"
    if stream.uncaptured_below(sent, ack.frame, una):
        return "bytes below it were never captured"
    if stream.filled_after(sent, ack.frame, una):
        return "the ACK waited for a hole"
    return None


def added(stream, ack, sent, frame, segment):
    """Why netlat times frame `sent` where tshark gives nothing."""
    kind = segment["rtt_class"]
    if sent.flags & SYN and any(
            p.flags & SYN and sent.frame < p.frame < ack.frame
            for p in stream.before(ack.frame, opposite(sent.dir))):
        return "SYN-ACK captured before the SYN: tshark forgets it"
    if kind == "sack":
        if any(le < sent.end <= re for le, re in ack.sacks):
            return "SACK sample"
        return None
    if sent.seq < ack.ack < sent.end:
        return "the ACK falls inside a segment"
    if kind == "timestamp" and named(ack, sent):
        return "the echoed timestamp names the copy"
    una = stream.acknowledged(ack.frame, ack.dir)
    if una is not None:
        if stream.outstanding(ack.frame, sent.dir, una) >= 10000:
            return "tshark keeps 10,000 segments"
    if frame.ack_lost_segment:
        return "bytes beyond it were never captured"
    return None


def differing(stream, ack, theirs, ours, segment, frames):
    """Why both give a value but not the same."""
    if theirs in stream.packets and ours in stream.packets:
        mine, other = stream.packets[ours], stream.packets[theirs]
        if other.flow != ack.flow:
            return "VLAN or tunnel is part of the flow's key"
        why = added(stream, ack, mine, frames[ack.frame], segment)
        if why:
            return why
        if segment["rtt_class"] == "handshake" and named(ack, mine) \
                and mine.seq == other.seq and ours != theirs:
            return "the echoed timestamp names the copy"
        if ours == theirs:
            return None
    if theirs in frames and fragment(frames[theirs]):
        return "fragments: netlat takes the first, tshark the last"
    return None
