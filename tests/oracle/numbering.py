"""Compares how packets were put into connections: netlat's flow id of each
segment with tcp.stream of each frame, and how many frames are TCP at all."""
import collections

import reasons
from stream import ACK, last


def compare(comparison):
    """Adds frames, streams and numbers to `comparison` (rtt.py)."""
    count_frames(comparison)
    split = splits(comparison)
    streams = {last(f.tcp_stream) for n, f in comparison.frames.items()
               if f.tcp_stream and n in comparison.answer.segments}
    comparison.counts["streams", "equal"] += len(streams) - len(split)
    shifted = bool(split)
    for number, frame in comparison.frames.items():
        segment = comparison.answer.segments.get(number)
        if not frame.tcp_stream:
            continue
        if segment is None:
            shifted = True
            continue
        compare_numbers(comparison, number, frame, segment)
        if segment["flow"] == int(last(frame.tcp_stream)):
            comparison.counts["number of the stream", "equal"] += 1
        else:
            comparison.note(
                "number of the stream", "differ",
                "follows from a stream counted differently before"
                if shifted or split else None, number,
                int(last(frame.tcp_stream)), segment["flow"])


def compare_numbers(comparison, number, frame, segment):
    """Sequence, acknowledgment and length, all relative as both print them."""
    stream = comparison.streams[int(last(frame.tcp_stream))]
    p = stream.packets[number]
    theirs = (p.seq, int(last(frame.tcp_len) or 0),
              p.ack if p.flags & ACK else 0)
    ours = (segment["seq"], segment["len"],
            segment["ack"] if p.flags & ACK else 0)
    if theirs == ours:
        comparison.counts["seq, len, ack", "equal"] += 1
        return
    comparison.note("seq, len, ack", "differ",
                    why_numbers(comparison, stream, number, frame), number,
                    theirs, ours)


def why_numbers(comparison, stream, number, frame):
    flows = sorted({p.flow for p in stream.ordered})
    if len(flows) > 1:
        return reasons.apart(comparison.answer.flows, *flows[:2])
    if not frame.tcp_len:
        return "tshark stops at a malformed header"
    if reasons.fragment(frame):
        return "a fragment that is never completed"
    if int(last(frame.tcp_len)) > 2**24:
        return "a frame of gigabytes, says the damaged file"
    return comparison.passed_over(int(last(frame.tcp_stream)), 0, number)


def count_frames(comparison):
    frames, answer = comparison.frames, comparison.answer
    for number in sorted(set(frames) | set(answer.segments)):
        frame = frames.get(number)
        theirs = bool(frame and frame.tcp_stream)
        ours = number in answer.segments
        if theirs and ours:
            comparison.counts["TCP frame", "equal"] += 1
        elif theirs:
            comparison.note("TCP frame", "only tshark",
                            reasons.undecoded(frame, answer), number,
                            frame.frame_protocols, None)
        elif ours:
            comparison.note("TCP frame", "only netlat",
                            why_tcp(frame, answer, number), number,
                            frame and frame.frame_protocols, "tcp")


def why_tcp(frame, answer, number):
    if frame is None:
        return "tshark stops reading the damaged file"
    if answer.segments[number]["len"] > 65535:
        return "longer than 65,535 octets: a length of 0 stops tshark"
    return reasons.undecoded(frame, answer)


def splits(comparison):
    """Streams that are several flows of netlat, and the reverse."""
    members = collections.defaultdict(dict)
    shared = collections.defaultdict(dict)
    for stream_id, stream in comparison.streams.items():
        for p in stream.ordered:
            members[stream_id].setdefault(p.flow, p.frame)
            shared[p.flow].setdefault(stream_id, p.frame)
    out = set()
    for stream_id, flows in members.items():
        if len(flows) == 1:
            continue
        out.add(stream_id)
        first, *others = sorted(flows)
        for other in others:
            comparison.note(
                "streams", "differ",
                reasons.apart(comparison.answer.flows, first, other),
                flows[other], stream_id, "flows %d and %d" % (first, other))
    for flow, streams in shared.items():
        if len(streams) > 1:
            out.update(streams)
            comparison.note("streams", "differ", None, min(streams.values()),
                            sorted(streams), flow)
    return out
