"""Clocks, schedules and what a stopped program does to them."""
import signal
import time

from programs import (MS, alone, all_ok, expect, expect_ms, latency, live,
                      median)


@alone
def think_time(bench):
    server = bench.serve("shape page think=30ms reply=2000")
    client = bench.drive_to_end(server.address, "shape page", "requests 40",
                                "arrivals serial")
    all_ok(client.rows(), 40)
    thought = [r.service_end_ns - r.service_start_ns for r in server.rows()]
    expect_ms("think", median(thought), 30, 31)
    waited = [r.last_byte_ns - r.sent_ns for r in client.rows()]
    expect_ms("wait", median(waited), 30, 31)
    for ours, theirs in zip(client.rows(), server.rows()):
        expect(ours.id == theirs.id and ours.local == theirs.remote,
               "rows do not match")
        times = (ours.intended_ns, ours.asked_ns, ours.sent_ns,
                 theirs.received_first_ns, theirs.received_last_ns,
                 theirs.service_start_ns, theirs.service_end_ns,
                 theirs.reply_first_ns, ours.first_byte_ns, ours.last_byte_ns)
        expect(list(times) == sorted(times), "times run backwards", times)


@alone
def schedule_is_kept_at_2000_a_second(bench):
    server = bench.serve("shape page reply=500")
    client = bench.drive_to_end(
        server.address, "shape page", "pool size=20", "open 20", "wait 100ms",
        "requests 6000", "arrivals 500us")
    rows = client.rows()
    all_ok(rows, 6000)
    late = sorted(r.sent_ns - r.intended_ns for r in rows)
    expect_ms("lateness at p99", late[len(late) * 99 // 100], 0, 5)
    expect(len({r.local for r in rows}) == 20, "not all connections used")
    span = rows[-1].intended_ns - rows[0].intended_ns
    expect_ms("schedule", span, 2995, 3005)


@alone
def poisson_arrivals(bench):
    server = bench.serve("shape page")
    client = bench.drive_to_end(server.address, "shape page", "seed 7",
                                "requests 800", "arrivals exp:1ms")
    due = sorted(r.intended_ns for r in client.rows())
    gaps = [b - a for a, b in zip(due, due[1:])]
    mean = sum(gaps) / len(gaps)
    expect_ms("mean gap", mean, 0.85, 1.15)
    spread = (sum((g - mean) ** 2 for g in gaps) / len(gaps)) ** 0.5
    expect(0.8 < spread / mean < 1.2, "deviation / mean is", spread / mean)


@alone
def nagle_and_delayed_ack(bench):
    server = bench.serve("shape page")
    for nodelay, least, most in (("off", 35, 60), ("on", 0, 5)):
        client = bench.drive(
            server.address, "shape page split=2", "pool size=1",
            options="nodelay=" + nodelay)
        # The first acknowledgements of a connection are not delayed.
        for _ in range(20):
            client.tell("burst 1")
            time.sleep(0.06)
        rows = {r.id for r in client.rows()}
        log = [r for r in live(server) if r.id in rows][-5:]
        expect_ms("second half after the first, nodelay=" + nodelay,
                  median([r.received_last_ns - r.received_first_ns
                          for r in log]), least, most)


@alone
def open_loop_behind_a_stopped_server(bench):
    server = bench.serve("shape page think=1ms")
    client = bench.drive(server.address, "shape page", "pool size=4",
                         "arrivals 10ms")
    time.sleep(0.2)
    server.signal(signal.SIGSTOP)
    time.sleep(0.4)
    server.signal(signal.SIGCONT)
    time.sleep(0.2)
    rows = [r for r in client.rows() if r.outcome == "ok"]
    slow = [r for r in rows if latency(r) > 50 * MS]
    expect(30 <= len(slow) <= 42, len(slow), "slow requests, expected 35")
    expect_ms("worst", max(map(latency, rows)), 370, 450)
    due = sorted(r.intended_ns for r in rows)
    expect_ms("gap", median([b - a for a, b in zip(due, due[1:])]), 9.99,
              10.01)


@alone
def open_loop_in_a_stopped_client(bench):
    server = bench.serve("shape page think=1ms")
    client = bench.drive(server.address, "shape page", "arrivals 10ms")
    time.sleep(0.1)
    client.signal(signal.SIGSTOP)
    time.sleep(0.3)
    client.signal(signal.SIGCONT)
    time.sleep(0.1)
    rows = [r for r in client.rows() if r.outcome == "ok"]
    due = sorted(r.intended_ns for r in rows)
    expect_ms("longest gap", max(b - a for a, b in zip(due, due[1:])), 9, 11)
    expect_ms("latest start", max(r.asked_ns - r.intended_ns for r in rows),
              270, 350)
