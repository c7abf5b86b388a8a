"""Requests asked again: retries and hedges."""
import time

from programs import all_ok, expect, expect_ms, latency, together


@together
def retry_with_abort(bench):
    server = bench.serve("shape page think=10s")
    client = bench.drive_to_end(
        server.address, "shape page", "requests 1",
        "retry timeout=40ms attempts=3 backoff=20ms", "burst 1")
    rows = client.rows()
    expect([r.outcome for r in rows] == 3 * ["timeout"], rows)
    expect([r.attempt for r in rows] == [1, 2, 3], rows)
    asked = [r.asked_ns - rows[0].asked_ns for r in rows]
    expect_ms("second", asked[1], 60, 75)
    expect_ms("third", asked[2], 140, 165)
    reasons = [r.reason for r in client.connections("close")]
    expect(reasons == 3 * ["aborted"], reasons)
    expect([r.outcome for r in server.rows()] == 3 * ["gone"], server.rows())


@together
def retry_without_abort(bench):
    server = bench.serve("shape page think=150ms")
    client = bench.drive(server.address, "shape page", "requests 1",
                         "retry timeout=50ms attempts=4 abort=off", "burst 1")
    client.said("done")
    time.sleep(0.2)
    rows = sorted(client.rows(), key=lambda r: r.attempt)
    expect(len(rows) == 4, rows)
    expect([r.outcome for r in rows] == 4 * ["timeout"], rows)
    for row in rows:
        expect_ms("late answer", row.last_byte_ns - row.sent_ns, 150, 165)
    expect([r.outcome for r in server.rows()] == 4 * ["ok"], server.rows())


@together
def retry_succeeds(bench):
    server = bench.serve("shape page", "cold count=1 from=300ms to=300ms")
    client = bench.drive(server.address, "shape page", "requests 1",
                         "retry timeout=50ms attempts=4 abort=off", "burst 1")
    client.said("done")
    rows = client.rows()
    expect([(r.attempt, r.outcome) for r in rows]
           == [(2, "ok"), (1, "timeout")], rows)
    expect_ms("answer", latency(rows[0]), 50, 65)


@together
def hedged_requests(bench):
    server = bench.serve("shape page", "cold count=1 from=200ms to=200ms")
    client = bench.drive(server.address, "shape page", "requests 40",
                         "hedge after=30ms", "arrivals serial")
    client.said("done")
    time.sleep(0.25)
    rows = client.rows()
    all_ok(rows, 41)
    expect(sum(r.attempt == 2 for r in rows) == 1, "hedges")
    first = rows[0]
    expect(first.attempt == 2, first)
    expect_ms("first answer", latency(first), 30, 45)


@together
def share_of_hedged_requests(bench):
    server = bench.serve("shape page think=4ms")
    client = bench.drive_to_end(
        server.address, "shape page", "seed 5", "requests 200",
        "hedge after=1ms share=20%", "arrivals serial users=4")
    hedges = sum(r.attempt == 2 for r in client.rows())
    expect(20 <= hedges <= 60, hedges, "hedges of 200 at 20 %")
