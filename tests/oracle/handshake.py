"""Compares the time a connection took to set up with tcp.analysis.initial_rtt.

tshark takes the first packet with ACK and without SYN, of either side and a
reset among them, less the latest SYN.  Where both ends of a clean handshake
were captured that is netlat's server half plus its client half; where only the
client was captured, connect_ns; where the answer was a reset, server_ns.
"""
import reasons
from rtt import TOLERANCE_NS
from stream import ACK, RST, SYN, last, ns


ZERO = "zero, which tshark takes for none yet"


def initial_rtts(frames):
    """tcp.stream -> tshark's value; it repeats on every packet after."""
    out = {}
    for frame in frames.values():
        if frame.initial_rtt:
            out.setdefault(int(last(frame.tcp_stream)),
                           ns(last(frame.initial_rtt)))
    return out


def ours_of(flow):
    """What was measured, and the setup time of a flow or None."""
    h = flow["handshake"]
    if h["outcome"] == "refused":
        return "handshake, refused", h["server_ns"]
    if None not in (h["server_ns"], h["client_ns"]):
        return "handshake, both halves", h["server_ns"] + h["client_ns"]
    if flow["one_sided"]:
        return "handshake, client side only", h["connect_ns"]
    return "handshake, both halves", None


def why(comparison, stream_id, flow, theirs, ours):
    stream = comparison.streams[stream_id]
    flows = sorted({p.flow for p in stream.ordered})
    if len(flows) > 1:
        return reasons.apart(comparison.answer.flows, *flows[:2])
    syns = [p for p in stream.ordered if p.flags & SYN]
    opening = [p for p in syns if not p.flags & ACK]
    answers = [p for p in syns if p.flags & ACK]
    ends = [p for p in stream.ordered
            if p.flags & ACK and not p.flags & SYN]
    if any(a.time > b.time for a, b in zip(stream.ordered,
                                           stream.ordered[1:])):
        return "the clock went back"
    if theirs is None:
        zero = opening and opening[0].time == 0
        return ZERO if zero else None
    if ours is None and not opening:
        return comparison.passed_over(stream_id, 0, stream.ordered[-1].frame)
    if len(opening) > 1 or len(answers) > 1:
        return "sent more than once: tshark counts from the latest SYN"
    if ours == 0:
        return ZERO
    if opening and answers and answers[0].frame < opening[0].frame:
        return "SYN-ACK captured before the SYN"
    if not ends:
        return None
    first = ends[0]
    if ours is not None and first.flags & RST:
        return "tshark ends at a reset that answers nothing"
    if ours is None and first.end > first.seq:
        return "the final ACK carries data or a FIN: the client's own time"
    if ours is None and first.flags & RST:
        return "ends in a reset that does not answer the SYN"
    if ours is None and not answers:
        return "answered, but by no SYN-ACK"
    if ours is None and answers and first.dir == answers[0].dir:
        return "the final ACK was not captured"
    if ours is None and answers and answers[0].end > answers[0].seq + 1:
        return "the SYN-ACK carries data"
    return None


def compare(comparison):
    """Adds to `comparison` (rtt.py) a value for each stream's first flow."""
    theirs_by_stream = initial_rtts(comparison.frames)
    for stream_id, stream in comparison.streams.items():
        flow = comparison.answer.flows.get(stream.ordered[0].flow)
        theirs = theirs_by_stream.get(stream_id)
        if flow is None:
            continue
        what, ours = ours_of(flow)
        if theirs is None and ours == 0:
            theirs = 0  # printed as nothing
        if theirs is None and ours is None:
            continue
        if theirs is not None and ours is not None and \
                abs(theirs - ours) <= TOLERANCE_NS:
            comparison.counts[what, "equal"] += 1
            continue
        how = "only netlat" if theirs is None else \
            "only tshark" if ours is None else "differ"
        reason = why(comparison, stream_id, flow, theirs, ours) or \
            comparison.odd_time((theirs, 0), (ours, flow["first_frame"]))
        comparison.note(what, how, reason, "flow %d" % flow["id"], theirs,
                        ours)
