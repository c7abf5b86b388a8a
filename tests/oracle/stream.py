"""One TCP stream as tshark parsed it, replayed slowly and obviously.

It says of an ACK what was known when it arrived: which bytes had been sent how
often, what had been selectively acknowledged, what had never been captured.
Those are the grounds on which a round trip is refused or measured differently,
so that a difference between two programs can be put down to a rule and not to
chance.  Directions come from netlat, numbers from tshark.
"""
import collections
import decimal

SYN, FIN, RST, ACK = 2, 1, 4, 16

Packet = collections.namedtuple(
    "Packet", "frame time dir seq end flags ack sacks tsval tsecr flow")


def last(text):
    """Of a field that occurs several times, the innermost."""
    return text.split(";")[-1]


def ns(text):
    return int(decimal.Decimal(text) * 10**9)


def number(text):
    return int(last(text)) if text else None


def packet(frame, segment):
    """A row of tshark and the record of netlat for it as one Packet."""
    flags = int(last(frame.tcp_flags) or "0", 16)
    seq = number(frame.tcp_seq) or 0
    length = number(frame.tcp_len) or 0
    sacks = []
    if frame.tcp_options_sack_le:
        sacks = list(zip(
            map(int, frame.tcp_options_sack_le.split(";")),
            map(int, frame.tcp_options_sack_re.split(";"))))
    end = seq + length + bool(flags & SYN) + bool(flags & FIN)
    return Packet(int(frame.frame_number), ns(frame.frame_time_epoch),
                  segment["dir"], seq, end, flags, number(frame.tcp_ack),
                  sacks, number(frame.tcp_options_timestamp_tsval),
                  number(frame.tcp_options_timestamp_tsecr), segment["flow"])


def streams(frames, segments):
    """tcp.stream -> its packets in order, of frames both programs call TCP."""
    out = collections.defaultdict(dict)
    for number_, frame in frames.items():
        if frame.tcp_stream and number_ in segments:
            out[int(last(frame.tcp_stream))][number_] = packet(
                frame, segments[number_])
    return out


class Stream:
    """Questions about the stream as it was before one frame."""

    def __init__(self, packets):
        self.packets = packets
        self.ordered = [packets[n] for n in sorted(packets)]

    def before(self, frame, direction):
        for p in self.ordered:
            if p.frame >= frame:
                return
            if p.dir == direction:
                yield p

    def copies(self, sent, frame):
        """How often bytes of `sent` were on the wire before `frame`."""
        return sum(p.seq < sent.end and p.end > sent.seq
                   for p in self.before(frame, sent.dir))

    def acknowledged(self, frame, direction):
        """The highest ACK `direction` had sent before `frame`, or None."""
        seen = [p.ack for p in self.before(frame, direction)
                if p.flags & ACK and p.ack is not None]
        return max(seen) if seen else None

    def sacked(self, sent, frame, direction):
        return any(le <= sent.seq and sent.end <= re
                   for p in self.before(frame, direction)
                   for le, re in p.sacks)

    def uncaptured_below(self, sent, frame, una):
        """Are there bytes from `una` to the end of `sent` nobody sent?"""
        at = una
        spans = sorted((p.seq, p.end) for p in self.before(frame, sent.dir)
                       if p.end > una)
        for begin, end in spans:
            if begin > at:
                break
            at = max(at, end)
        return at < sent.end

    def filled_after(self, sent, frame, una):
        """Did a byte below `sent` and not yet acknowledged go out later?"""
        return any(p.frame > sent.frame and p.end > una and p.seq < sent.seq
                   and p.end > p.seq for p in self.before(frame, sent.dir))

    def outstanding(self, frame, direction, una):
        return sum(p.end > una and p.end > p.seq
                   for p in self.before(frame, direction))
