"""Connections and pools: made, shared, slow, closed and refused."""
import socket
import subprocess
import time

from programs import MS, all_ok, expect, expect_ms, free_port, together


@together
def pool_makes_requests_wait(bench):
    server = bench.serve("shape page think=40ms")
    client = bench.drive_to_end(server.address, "shape page", "pool size=2",
                                "requests 6", "burst 6")
    all_ok(client.rows(), 6)
    queued = sorted(r.queued_ns for r in client.rows())
    for ns, turn in zip(queued, (0, 0, 1, 1, 2, 2)):
        expect_ms("queued", ns, 40 * turn, 40 * turn + 12)
    expect(len(server.connections("accept")) == 2, "connections")


@together
def connections_for_few_requests(bench):
    for line, count in (("pool per_request", 10), ("pool reuse=5", 2),
                        ("pool size=1", 1)):
        server = bench.serve("shape page")
        client = bench.drive_to_end(server.address, "shape page", line,
                                    "requests 10", "arrivals serial pause=1ms")
        all_ok(client.rows(), 10)
        seen = len(server.connections("accept"))
        expect(seen == count, line, "made", seen, "connections")
        fresh = sum(r.connect_end_ns > 0 for r in client.rows())
        expect(fresh == count, line, "waited for", fresh, "connections")


@together
def a_smaller_pool_closes_idle_connections(bench):
    for line, reason in (("pool size=2", 3 * ["retired"]),
                         ("pool reuse=1", 5 * ["used"])):
        server = bench.serve("shape page think=20ms")
        client = bench.drive(server.address, "shape page", "requests 5",
                             "burst 5")
        client.said("done")
        client.tell(line)
        seen = [r.reason for r in client.connections("close")]
        expect(seen[:len(reason)] == reason, line, seen)
        expect(len(seen) == 5, len(seen), "connections")


@together
def pipelined_requests_in_order(bench):
    server = bench.serve("shape slow think=60ms", "shape fast")
    client = bench.drive(server.address, "pool size=1", "pipeline depth=4",
                         "shape slow", "open 1")
    client.tell("burst 1", "shape slow off", "shape fast", "requests 5",
                "burst 5")
    client.said("done")
    rows = client.rows()
    all_ok(rows, 6)
    expect([r.shape for r in rows] == ["slow"] + 5 * ["fast"], "order")
    expect(len({r.local for r in rows}) == 1, "more than one connection")
    log = server.rows()
    for row in log[1:4]:
        expect_ms("behind the slow one",
                  row.service_start_ns - row.received_last_ns, 50, 70)
    expect_ms("beyond the depth", rows[4].queued_ns, 50, 75)


@together
def slow_reader(bench):
    server = bench.serve("shape page reply=480kB", options="sndbuf=32768")
    client = bench.drive_to_end(
        server.address, "shape page", "read size=16kB every=10ms",
        "requests 1", "burst 1", options="rcvbuf=32768")
    all_ok(client.rows(), 1)
    row = client.rows()[0]
    expect_ms("reading", row.last_byte_ns - row.first_byte_ns, 285, 500)
    row = server.rows()[0]
    expect(row.reply_last_ns - row.reply_first_ns > 100 * MS,
           "the server never waited")


@together
def client_stops_reading(bench):
    server = bench.serve("shape page reply=1MB")
    client = bench.drive(server.address, "shape page", "open 1",
                         options="rcvbuf=32768")
    client.tell("read pause=250ms", "requests 1", "burst 1")
    client.said("done")
    row = client.rows()[0]
    expect_ms("first octet", row.first_byte_ns - row.sent_ns, 235, 300)


@together
def accept_pause(bench):
    server = bench.serve("shape page")
    server.tell("accept pause=250ms")
    client = bench.drive_to_end(server.address, "shape page", "requests 3",
                                "burst 3")
    all_ok(client.rows(), 3)
    for row in client.rows():
        expect_ms("connect", row.connect_end_ns - row.connect_start_ns, 0, 50)
        expect_ms("wait", row.last_byte_ns - row.sent_ns, 150, 300)


@together
def full_backlog(bench):
    server = bench.serve("shape page", options="backlog=2")
    server.tell("accept pause=300ms")
    client = bench.drive_to_end(server.address, "shape page", "requests 8",
                                "burst 8")
    all_ok(client.rows(), 8)
    slow = sum(r.connect_end_ns - r.connect_start_ns > 900 * MS
               for r in client.rows())
    expect(slow == 5, slow, "connections made late, expected all but 3")


@together
def server_closes(bench):
    cases = (("close after=3", "limit", 4), ("close idle=60ms", "idle", 1),
             ("close idle=60ms rst=on", "idle", 1))
    for line, reason, count in cases:
        server = bench.serve("shape page", line)
        client = bench.drive(server.address, "shape page", "pool size=1",
                             "requests 12", "arrivals serial")
        client.said("done")
        time.sleep(0.15)
        all_ok(client.rows(), 12)
        closes = [r for r in server.connections("close")
                  if r.reason == reason]
        expect(len(closes) == count, line, "closed", len(closes))
        seen = client.connections("close")[-1].reason
        expect(seen == ("reset" if "rst" in line else "peer"), line, seen)


@together
def server_closes_now(bench):
    server = bench.serve("shape page think=10s")
    for line, outcome in (("close now", "closed"),
                          ("close now rst=on", "reset")):
        client = bench.drive(server.address, "shape page", "requests 1",
                             "burst 1")
        time.sleep(0.1)
        server.tell(line)
        client.said("done")
        seen = client.rows()[0].outcome
        expect(seen == outcome, line, "->", seen)


@together
def same_port_after_a_reset(bench):
    server = bench.serve("shape page")
    port = free_port()
    client = bench.drive(server.address, "shape page", "pool size=1",
                         "requests 1", "burst 1",
                         options="bind=127.0.0.1:%d" % port)
    client.said("done")
    client.tell("reset", "requests 1", "burst 1")
    client.said("done")
    all_ok(client.rows(), 2)
    expect({r.local for r in client.rows()} == {"127.0.0.1:%d" % port},
           "other ports")
    closes = server.connections("close")
    expect([r.reason for r in closes] == ["reset", "peer"], closes)


@together
def port_in_use(bench):
    server = bench.serve("shape page")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        client = bench.drive_to_end(
            server.address, "shape page", "requests 2", "arrivals serial",
            options="bind=127.0.0.1:%d" % other.getsockname()[1])
    for row in client.rows():
        expect(row.outcome.startswith("error:cannot bind"), row.outcome)
    expect(len(client.connections("fail")) == 2, "connections that failed")


@together
def keepalive_is_set(bench):
    server = bench.serve("shape page")
    client = bench.drive(server.address, "open 1",
                         options="keepalive=1s,1s,3")
    time.sleep(1.3)
    close = client.connections("close")[0]
    # One probe a second, and one acknowledgement of each.
    expect(close.segs_out == 3 and close.segs_in == 2, close)


@together
def congestion_control_of_a_socket(bench):
    server = bench.serve("shape page")
    client = bench.drive(server.address, "open 1", options="congestion=reno")
    time.sleep(0.1)
    port = server.address.split(":")[1]
    try:
        seen = subprocess.run(["ss", "-tin", "dport", "=", port],
                              capture_output=True, text=True).stdout
    except FileNotFoundError:
        return
    expect(" reno " in seen, seen)
    answer = client.command("target 127.0.0.1:1 congestion=none_such")
    expect(answer == "ok", answer)
    client.tell("requests 1", "burst 1")
    client.said("done")
    expect("congestion" in client.rows()[0].outcome, client.rows()[0])


@together
def close_and_open(bench):
    server = bench.serve("shape page")
    client = bench.drive(server.address, "open 5")
    time.sleep(0.1)
    client.tell("close", "open 2")
    time.sleep(0.1)
    client.stop()
    expect(len(server.connections("accept")) == 7, "connections")
    reasons = [r.reason for r in client.connections("close")]
    expect(reasons == 5 * ["told"] + 2 * ["stopped"], reasons)


@together
def ipv6(bench):
    try:
        server = bench.serve("shape page", host="[::1]")
    except OSError:
        return
    client = bench.drive_to_end(server.address, "shape page", "requests 2",
                                "arrivals serial", options="bind=[::1]")
    all_ok(client.rows(), 2)
    expect(client.rows()[0].local.startswith("[::1]:"), client.rows()[0])


@together
def refused(bench):
    client = bench.drive_to_end("127.0.0.1:%d" % free_port(), "shape page",
                                "requests 3", "arrivals serial")
    expect([r.outcome for r in client.rows()] == 3 * ["refused"],
           client.rows())


@together
def targets_in_turn_and_by_weight(bench):
    servers = [bench.serve("shape page") for _ in range(3)]
    names = ",".join(s.address for s in servers)
    client = bench.drive(names, "shape page", "seed 3", "requests 30",
                         "arrivals serial")
    client.said("done")
    client.tell("target %s weights=8,2,0" % names, "requests 100",
                "arrivals serial")
    client.said("done")
    rows = client.rows()
    all_ok(rows, 130)
    for server in servers:
        seen = sum(r.remote == server.address for r in rows[:30])
        expect(seen == 10, seen, "in turn")
    seen = [sum(r.remote == s.address for r in rows[30:]) for s in servers]
    expect(65 <= seen[0] <= 95 and seen[2] == 0, seen)


@together
def a_target_that_stays_keeps_its_connections(bench):
    first, second = bench.serve("shape page"), bench.serve("shape page")
    client = bench.drive(first.address, "shape page", "requests 4",
                         "arrivals serial")
    client.said("done")
    client.tell("target %s,%s" % (second.address, first.address),
                "requests 4", "arrivals serial")
    client.said("done")
    all_ok(client.rows(), 8)
    expect(len(first.rows()) == 6 and len(second.rows()) == 2, "rows")
    expect(len(first.connections("accept")) == 1, "connections")


@together
def serial_users_stay_as_many(bench):
    server = bench.serve("shape page think=5ms")
    client = bench.drive(server.address, "shape page", "requests 60",
                         "arrivals serial users=2", "burst 10")
    client.said("done")
    rows = sorted(client.rows(), key=lambda r: r.intended_ns)
    all_ok(rows, 60)
    # Two at a time: 48 requests of 5 ms take 120 ms.
    expect_ms("from first to last", rows[-1].last_byte_ns
              - rows[0].intended_ns, 120, 220)


@together
def ramp_doubles_the_load(bench):
    server = bench.serve("shape page")
    client = bench.drive(server.address, "shape page", "pool size=4",
                         "arrivals 4ms", "ramp factor=4 over=400ms",
                         "wait 800ms", "arrivals off")
    time.sleep(1)
    due = [r.intended_ns for r in client.rows()]
    count = {begin: sum(begin <= (t - due[0]) / MS < begin + 100
                        for t in due) for begin in (0, 600)}
    expect(25 <= count[0] <= 45 and 95 <= count[600] <= 105, count)
