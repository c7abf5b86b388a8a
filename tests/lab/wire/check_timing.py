"""Delay, jitter, rate and order, measured by captures on both sides."""

import statistics
import struct
import time

from rig import Capture, Pair, expect, numbers

UDP = 17
ATTEMPTS = 6


def number_of(packet):
    return struct.unpack_from("!I", packet.payload)[0]


def one_way(pair, count, gap, size=100):
    """Delays in ns between two captures by number, and the order."""
    before, after = Capture(pair.a), Capture(pair.b)
    receiver = pair.udp(count, gap, size)
    numbers(receiver)
    sent = {number_of(p): p.time_ns for p in before.packets(UDP)
            if p.outgoing}
    arrived = [(number_of(p), p.time_ns) for p in after.packets(UDP)
               if not p.outgoing]
    return ({n: t - sent[n] for n, t in arrived}, [n for n, _ in arrived])


def spread(values):
    """Standard deviation of the middle half: stalls of a virtual machine
    are not the wire's."""
    low, _, high = statistics.quantiles(values, n=4)
    return (high - low) / 1.349


def delay_is_exact(delay_us):
    """What is wrong, or nothing."""
    with Pair(f"set a>b delay={delay_us}us") as pair:
        delays, order = one_way(pair, 300, 0.001)
        expect(order == list(range(300)), "lost or out of order")
        pair.stop()
    values = [v / 1000 for v in delays.values()]
    expect(min(values) >= delay_us, f"left after {min(values)} us")
    middle, deviation = statistics.median(values), spread(values)
    if abs(middle - delay_us) < 50 and deviation < 20:
        return None
    return f"{delay_us} us: median {middle:.1f} us, sd {deviation:.1f} us"


def hold_once(measure):
    """Other work on the machine spoils some measurements; a wire that is
    wrong spoils all."""
    problems = [measure()]
    while problems[-1] and len(problems) < ATTEMPTS:
        time.sleep(1)
        problems.append(measure())
    expect(not problems[-1], str(problems))


def check_delay():
    for delay_us in (0, 300, 5000):
        hold_once(lambda: delay_is_exact(delay_us))


def log_times_are_exact():
    """What is wrong, or nothing."""
    with Pair("set a>b delay=2ms") as pair:
        before, after = Capture(pair.a), Capture(pair.b)
        numbers(pair.udp(200, 0.001))
        sent = [p.time_ns for p in before.packets(UDP) if p.outgoing]
        got = [p.time_ns for p in after.packets(UDP) if not p.outgoing]
        pair.stop()
        rows = pair.wire.rows(dport=5000)
        arrival = [r.time_ns - t for r, t in zip(rows, sent)]
        leaving = [t - r.out_ns for r, t in zip(rows, got)]
        expect(len(rows) == len(sent) == len(got) == 200, "counts differ")
        expect(all(r.intended_ns == 2_000_000 for r in rows),
               "intended delay is not 2 ms")
    arrived, left = statistics.median(arrival), statistics.median(leaving)
    if 0 <= arrived <= 40_000 and 0 <= left <= 20_000:
        return None
    return (f"read {arrived:.0f} ns after the sender's capture, written "
            f"{left:.0f} ns before the receiver's")


def check_log_times():
    """The log's own times are those of the captures."""
    hold_once(log_times_are_exact)


def jitter_is_as_asked(text, wanted, margin):
    """What is wrong, or nothing.  What the wire drew is in its log, and the
    captures tell whether it held it: a sender that stalls and then catches up
    has packets wait for each other, which spoils both."""
    with Pair(f"set a>b delay=1ms jitter={text}") as pair:
        delays, order = one_way(pair, 250, 0.005)
        expect(order == list(range(250)), "lost or out of order")
        pair.stop()
        rows = sorted(pair.wire.rows(dport=5000), key=lambda r: r.time_ns)
    expect(len(rows) == 250, f"{len(rows)} rows")
    drawn = [r.intended_ns / 1000 - 1000 for r in rows]
    least = 1000 if text.startswith("pareto") else 0
    expect(min(drawn) >= least, f"{text}: least {min(drawn)} us")
    late = [delays[n] / 1000 - r.intended_ns / 1000
            for n, r in enumerate(rows)]
    expect(min(late) >= 0, f"{text}: {-min(late)} us early")
    quartiles = statistics.quantiles(drawn, n=4)
    middle, deviation = statistics.median(late), spread(late)
    if (all(abs(got - ideal) <= margin
            for got, ideal in zip(quartiles, wanted))
            and middle < 50 and deviation < 20):
        return None
    return (f"{text}: quartiles {quartiles} us, late by {middle:.1f} us, "
            f"sd {deviation:.1f} us")


def check_jitter():
    """Quartiles in us, within four standard errors of 250 samples."""
    for case in (("uniform:0:2ms", (500, 1000, 1500), 220),
                 ("normal:3ms:300us", (2798, 3000, 3202), 105),
                 ("pareto:1ms:3", (1101, 1260, 1587), 235)):
        hold_once(lambda: jitter_is_as_asked(*case))


def check_order_under_jitter():
    with Pair("set a>b jitter=uniform:0:3ms") as pair:
        _, order = one_way(pair, 500, 0)
        expect(order == list(range(500)), "jitter changed the order")


def ideal_queue(arrivals, octets, rate, limit):
    """When each packet leaves a drop-tail queue; None if dropped."""
    gone, out = 0.0, []
    for time_ns in arrivals:
        gone = max(gone, time_ns)
        queued = (gone - time_ns) * rate / 8e9
        if queued + octets > limit:
            out.append(None)
            continue
        gone += octets * 8e9 / rate
        out.append(gone)
    return out


def queue_is_exact():
    """80 packets of 1,000 octets at once into 10 Mbit/s and 30 kB.  Which of
    them pass is asserted; what is wrong with when they do is returned."""
    with Pair("set a>b rate=10Mbit queue=30kB delay=1ms") as pair:
        after = Capture(pair.b)
        got = numbers(pair.udp(80, size=972))
        times = [p.time_ns for p in after.packets(UDP) if not p.outgoing]
        stats = pair.stop()
        rows = sorted(pair.wire.rows(dport=5000), key=lambda r: r.time_ns)
        ideal = ideal_queue([r.time_ns for r in rows], 1000, 10e6, 30_000)
        passed = [n for n, leaves in enumerate(ideal) if leaves]
        expect(got == passed, f"passed {got}, expected {passed}")
        expect(30 <= len(got) < 60, f"{len(got)} datagrams passed")
        expect(stats["drops"] == {"queue": 80 - len(got)}, f"{stats}")
        late = [t - ideal[n] - 1_000_000 for t, n in zip(times, got)]
        middle, deviation = statistics.median(late), spread(late)
        if 0 <= middle <= 50_000 and deviation < 20_000:
            return None
        return f"late by {middle:.0f} ns, sd {deviation:.0f} ns"


def check_rate_and_queue():
    hold_once(queue_is_exact)


def check_rate_change():
    """A live change applies to what comes after."""
    with Pair("set a>b rate=1Mbit queue=100kB") as pair:
        after = Capture(pair.b)
        first = pair.udp(5, size=972)
        expect(numbers(first) == list(range(5)), "datagrams are missing")
        pair.wire.do("set a>b rate=off")
        expect(numbers(pair.udp(5, size=972)) == list(range(5)), "missing")
        times = [p.time_ns for p in after.packets(UDP) if not p.outgoing]
        expect(times[4] - times[0] > 31_000_000, "1 Mbit/s did not hold")
        expect(times[9] - times[5] < 5_000_000, "the rate is still there")
