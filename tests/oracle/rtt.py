"""Compares round trips, frame by frame, and handshakes, flow by flow."""
import collections

import reasons
from stream import Stream, last, ns, streams
from tshark import EVENTS

# Both count in nanoseconds, but tshark prints what the file held.
TOLERANCE_NS = 1000

Difference = collections.namedtuple(
    "Difference", "what how reason file place theirs ours")


def eventful(frames):
    """The streams in which tshark saw anything but plain progress."""
    out = set()
    for frame in frames.values():
        if frame.tcp_stream and any(getattr(frame, e) for e in EVENTS):
            out.add(int(last(frame.tcp_stream)))
    return out


class Comparison:
    def __init__(self, capture, frames, answer):
        self.capture, self.frames, self.answer = capture, frames, answer
        self.counts = collections.Counter()
        self.differences = []
        self.eventful = eventful(frames)
        self.streams = {s: Stream(p) for s, p in
                        streams(frames, answer.segments).items()}

    def note(self, what, how, reason, place, theirs, ours):
        self.counts[what, how] += 1
        self.differences.append(Difference(
            what, how, reason, self.capture.name, place, theirs, ours))

    def frame(self, number, frame):
        stream_id = int(last(frame.tcp_stream))
        segment = self.answer.segments.get(number)
        theirs = None
        if frame.acks_frame:
            # A time of exactly zero is printed as no time at all.
            value = ns(last(frame.ack_rtt)) if frame.ack_rtt else 0
            theirs = (value, int(last(frame.acks_frame)))
        ours = None
        if segment and segment["rtt_ns"] is not None:
            ours = (segment["rtt_ns"], segment["acks_frame"])
        if theirs is None and ours is None:
            return
        what = "ack_rtt, stream with events" \
            if stream_id in self.eventful else "ack_rtt, loss-free stream"
        if theirs and ours and theirs[1] == ours[1] and \
                abs(theirs[0] - ours[0]) <= TOLERANCE_NS:
            self.counts[what, "equal"] += 1
            return
        how = "differ" if theirs and ours else \
            "only tshark" if theirs else "only netlat"
        self.note(what, how, self.why(stream_id, number, theirs, ours),
                  number, theirs, ours)

    def why(self, stream_id, number, theirs, ours):
        frame = self.frames[number]
        segment = self.answer.segments.get(number)
        if segment is None:
            return reasons.undecoded(frame, self.answer)
        stream = self.streams[stream_id]
        ack = stream.packets[number]
        if ours is None:
            sent = stream.packets.get(theirs[1])
            if sent is None:
                return reasons.undecoded(self.frames[theirs[1]], self.answer)
            if sent.flow != ack.flow:
                return reasons.apart(self.answer.flows, sent.flow, ack.flow)
            return reasons.refused(stream, ack, sent, segment) or \
                self.passed_over(stream_id, sent.frame, number)
        if theirs is None:
            sent = stream.packets.get(ours[1])
            if sent is None:
                return reasons.undecoded(self.frames[ours[1]], self.answer)
            shared = len({p.flow for p in stream.ordered}) > 1
            why = sent and reasons.added(stream, ack, sent, frame, segment)
            if not why and shared:
                flows = sorted({p.flow for p in stream.ordered})[:2]
                why = reasons.apart(self.answer.flows, *flows)
            return why or sent and self.passed_over(stream_id, sent.frame,
                                                    number)
        return reasons.differing(stream, ack, theirs[1], ours[1], segment,
                                 self.frames) or self.odd_time(theirs, ours)

    def passed_over(self, stream_id, first, until):
        """A frame of the stream in between that netlat could not read."""
        for number in range(first + 1, until):
            frame = self.frames.get(number)
            if frame and frame.tcp_stream and \
                    number not in self.answer.segments and \
                    int(last(frame.tcp_stream)) == stream_id:
                return reasons.undecoded(frame, self.answer)
        return None

    def odd_time(self, theirs, ours):
        """tshark and netlat disagree about the file's own time stamps."""
        stamp = self.frames[ours[1]].frame_time_epoch
        mine = self.answer.segments[ours[1]]["time_us"] * 1000
        if abs(ns(stamp) - mine) > TOLERANCE_NS:
            return "a fraction of more than a second in the file"
        return None

    def frames_of_tcp(self):
        for number, frame in self.frames.items():
            if frame.tcp_stream:
                self.frame(number, frame)


def compare(capture, frames, answer):
    comparison = Comparison(capture, frames, answer)
    comparison.frames_of_tcp()
    return comparison
