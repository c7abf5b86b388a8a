"""What the server does with a request."""
import time

from programs import (all_ok, expect, expect_ms, free_port, median, together)


@together
def serial_and_parallel_calls(bench):
    db = bench.serve("shape row think=5ms")
    for how, least, most in (("off", 60, 85), ("on", 15, 35)):
        page = bench.serve("shape page think=10ms calls=10 to=%s call=row "
                           "parallel=%s"
                           % (db.address, how))
        client = bench.drive_to_end(page.address, "shape page", "requests 4",
                                    "arrivals serial pause=10ms")
        all_ok(client.rows(), 4)
        for row in page.rows():
            expect_ms("think", row.thought_ns - row.service_start_ns, 10, 20)
            expect(row.calls == 10 and row.calls_failed == 0, row)
        expect_ms("page, parallel=" + how, median(
            [r.service_end_ns - r.service_start_ns for r in page.rows()]),
            least, most)
    expect(len(db.rows()) == 80, len(db.rows()), "calls at the database")


@together
def calls_over_few_connections_and_to_many_servers(bench):
    first = bench.serve("shape row think=20ms")
    second = bench.serve("shape row think=20ms")
    page = bench.serve(
        "shape page calls=8 parallel=on connections=1 call=row to=%s,%s"
        % (first.address, second.address))
    bench.drive_to_end(page.address, "shape page", "requests 1",
                       "arrivals serial")
    row = page.rows()[0]
    expect_ms("page", row.service_end_ns - row.service_start_ns, 80, 110)
    for db in (first, second):
        expect(len(db.rows()) == 4, "calls at", db.address, len(db.rows()))
        expect(len(db.connections("accept")) == 1, "connections")


@together
def failing_calls_are_counted(bench):
    page = bench.serve("shape page calls=3 call=row to=127.0.0.1:%d"
                       % free_port())
    client = bench.drive_to_end(page.address, "shape page", "requests 1",
                                "arrivals serial")
    all_ok(client.rows(), 1)
    expect(page.rows()[0].calls_failed == 3, page.rows()[0])


@together
def workers_make_a_queue(bench):
    server = bench.serve("shape page think=20ms", "workers 2")
    client = bench.drive_to_end(server.address, "shape page", "requests 6",
                                "burst 6")
    all_ok(client.rows(), 6)
    waits = sorted(r.service_start_ns - r.received_last_ns
                   for r in server.rows())
    for wait, turn in zip(waits, (0, 0, 1, 1, 2, 2)):
        expect_ms("wait", wait, 20 * turn - 3, 20 * turn + 10)


@together
def processor_time_keeps_everyone_waiting(bench):
    server = bench.serve("shape page cpu=20ms")
    client = bench.drive_to_end(server.address, "shape page", "requests 4",
                                "burst 4")
    all_ok(client.rows(), 4)
    ends = sorted(r.service_end_ns for r in server.rows())
    for a, b in zip(ends, ends[1:]):
        expect_ms("service", b - a, 20, 45)


@together
def hold_delays_all(bench):
    server = bench.serve("shape page think=1ms")
    client = bench.drive(server.address, "shape page", "arrivals 20ms")
    time.sleep(0.1)
    server.tell("hold 200ms")
    time.sleep(0.3)
    server.tell("hold on")
    time.sleep(0.1)
    server.tell("hold off")
    time.sleep(0.1)
    rows = server.rows()
    served = [r.service_end_ns - r.service_start_ns for r in rows
              if r.outcome == "ok"]
    expect_ms("longest", max(served), 170, 230)
    ends = sorted(r.service_end_ns for r in rows if r.outcome == "ok")
    gaps = sorted(b - a for a, b in zip(ends, ends[1:]))
    expect_ms("second longest silence", gaps[-2], 80, 140)


@together
def cold_start_decays(bench):
    server = bench.serve("shape page think=2ms",
                         "cold count=5 from=80ms to=10ms")
    bench.drive_to_end(server.address, "shape page", "requests 7",
                       "arrivals serial")
    served = [r.service_end_ns - r.service_start_ns for r in server.rows()]
    for ns, want in zip(served, (80, 47.6, 28.3, 16.8, 10, 2, 2)):
        expect_ms("think", ns, want - 0.1, want + 8)


@together
def replies_in_chunks(bench):
    server = bench.serve("shape page reply=3000 chunks=3 every=20ms")
    client = bench.drive_to_end(server.address, "shape page", "requests 3",
                                "arrivals serial")
    all_ok(client.rows(), 3)
    for row in server.rows():
        expect_ms("written", row.reply_last_ns - row.reply_first_ns, 40, 55)
    for row in client.rows():
        expect_ms("read", row.last_byte_ns - row.first_byte_ns, 38, 60)


@together
def requests_in_pieces(bench):
    server = bench.serve("shape page")
    client = bench.drive_to_end(
        server.address, "shape page request=3000 split=3 gap=20ms",
        "requests 3", "arrivals serial")
    for row in client.rows():
        expect_ms("written", row.last_sent_ns - row.sent_ns, 40, 55)
    for row in server.rows():
        expect_ms("read", row.received_last_ns - row.received_first_ns, 38, 60)


@together
def server_stops_reading(bench):
    server = bench.serve("shape up think=1ms", options="rcvbuf=65536")
    client = bench.drive(server.address, "shape up request=8MB",
                         options="sndbuf=65536")
    server.tell("read pause=300ms")
    client.tell("requests 1", "burst 1")
    client.said("done")
    all_ok(client.rows(), 1)
    row = client.rows()[0]
    expect_ms("upload", row.last_sent_ns - row.sent_ns, 270, 800)
    close = client.connections("close")[0]
    expect(close.rwnd_limited_us > 200_000, "rwnd_limited_us",
           close.rwnd_limited_us)


@together
def reply_of_the_size_asked_for(bench):
    server = bench.serve("shape page reply=100")
    client = bench.drive_to_end(server.address, "shape page reply=64kB",
                                "requests 2", "arrivals serial")
    all_ok(client.rows(), 2)
    received = client.connections("close")[0].bytes_received
    expect(received == 128_000, received, "octets")
