"""TLS handshakes, with and without resumption."""
import time

from programs import all_ok, expect, expect_ms, together


@together
def tls_with_and_without_resumption(bench):
    for version in ("1.2", "1.3"):
        server = bench.serve("shape page", options="tls=" + version)
        for resume, resumed in (("on", 3), ("off", 0)):
            client = bench.drive_to_end(
                server.address, "shape page reply=50kB", "pool per_request",
                "requests 4", "arrivals serial pause=5ms",
                options="tls=%s resume=%s" % (version, resume))
            all_ok(client.rows(), 4)
            for row in client.rows():
                expect(row.connect_end_ns < row.tls_end_ns < row.sent_ns, row)
            closes = client.connections("close")
            seen = sum(row.resumed for row in closes)
            expect(seen == resumed, version, resume, seen, "resumed")
            expect(all(row.tls == "TLSv" + version for row in closes), closes)
        server.stop()
        seen = sum(row.resumed for row in server.connections("close"))
        expect(seen == 3, "server saw", seen, "resumed")


@together
def tls_without_tickets(bench):
    for version in ("1.2", "1.3"):
        server = bench.serve("shape page",
                             options="tls=%s tickets=off" % version)
        client = bench.drive_to_end(
            server.address, "shape page", "pool reuse=2", "requests 6",
            "arrivals serial pause=5ms", options="tls=%s" % version)
        all_ok(client.rows(), 6)
        expect(not any(r.resumed for r in client.connections("close")),
               "resumed without tickets")


@together
def tls_handshake_work(bench):
    server = bench.serve("shape page",
                         options="tls=1.3 handshake_cpu=80ms")
    client = bench.drive_to_end(server.address, "shape page", "requests 3",
                                "burst 3", options="tls=1.3")
    all_ok(client.rows(), 3)
    for row in client.rows():
        expect_ms("handshake", row.tls_end_ns - row.connect_end_ns, 80, 110)
    server.tell("handshake cpu=0")
    client = bench.drive_to_end(server.address, "shape page", "requests 1",
                                "burst 1", options="tls=1.3")
    row = client.rows()[0]
    expect_ms("handshake", row.tls_end_ns - row.connect_end_ns, 0, 40)


@together
def reset_during_a_handshake(bench):
    server = bench.serve("shape page",
                         options="tls=1.3 handshake_cpu=10s")
    client = bench.drive(server.address, "open 1", options="tls=1.3")
    time.sleep(0.1)
    client.tell("reset")
    time.sleep(0.1)
    close = server.connections("close")[0]
    expect(close.reason == "reset" and close.secured_ns == 0, close)
    expect_ms("life", close.time_ns - close.begun_ns, 80, 180)


@together
def tls_slow_reader(bench):
    server = bench.serve("shape page reply=200kB", options="tls=1.3")
    client = bench.drive_to_end(
        server.address, "shape page", "read size=10kB every=5ms",
        "requests 2", "arrivals serial", options="tls=1.3")
    all_ok(client.rows(), 2)
    for row in client.rows():
        expect_ms("reading", row.last_byte_ns - row.first_byte_ns, 90, 200)
