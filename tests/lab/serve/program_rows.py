"""Lines, live commands, logs and the end of a run."""
import os
import socket
import struct
import subprocess
import threading
import time

from programs import (expect, expect_ms, live, table, together)


@together
def live_commands(bench):
    server = bench.serve("shape page think=1ms reply=100")
    client = bench.drive(server.address, "shape page", "requests 3",
                         "arrivals serial")
    client.said("done")
    server.tell("shape page think=50ms")
    client.tell("requests 3", "arrivals serial")
    client.said("done")
    served = [r.service_end_ns - r.service_start_ns for r in server.rows()]
    for ns, want in zip(served, 3 * [1] + 3 * [50]):
        expect_ms("think", ns, want, want + 10)
    received = client.connections("close")[0].bytes_received
    expect(received in (600, 601), received, "octets: the reply's size is kept")


@together
def live_target(bench):
    first, second = bench.serve("shape page"), bench.serve("shape page")
    client = bench.drive(first.address, "shape page", "requests 3",
                         "arrivals serial")
    client.said("done")
    client.tell("target " + second.address, "pool per_request", "requests 3",
                "arrivals serial")
    client.said("done")
    client.stop()
    expect(len(first.rows()) == 3 and len(second.rows()) == 3, "rows")
    expect([r.reason for r in first.connections("close")] == ["peer"],
           "the old connection is still there")
    expect(len(second.connections("accept")) == 3, "connections")


BAD_LINES = (
    ("lab-serve", "listen 127.0.0.1", "expected ADDRESS:PORT"),
    ("lab-serve", "listen 127.0.0.1:1 backlog=many", "backlog is 'many'"),
    ("lab-serve", "listen 127.0.0.1:1 colour=red", "no key 'colour'"),
    ("lab-serve", "listen 192.0.2.1:1", "cannot listen on 192.0.2.1:1"),
    ("lab-serve", "listen 127.0.0.1:1 tls=1.1", "tls is '1.1'"),
    ("lab-serve", "shape page think=fast", "think is 'fast'"),
    ("lab-serve", "shape page reply=19", "at least 20"),
    ("lab-serve", "shape page calls=4", "calls need to="),
    ("lab-serve", "shape", "a name is missing"),
    ("lab-serve", "shape aname_longer_than_16", "longer than 16"),
    ("lab-serve", "workers 0", "positive integer"),
    ("lab-serve", "cold count=5", "expected count=N"),
    ("lab-serve", "hold maybe", "expected on, off"),
    ("lab-serve", "close", "expected now, off"),
    ("lab-serve", "accept never", "expected on or pause"),
    ("lab-serve", "dance", "no such line: dance"),
    ("lab-serve", "wait", "a duration is missing"),
    ("lab-drive", "target nowhere:80", "expected ADDRESS:PORT"),
    ("lab-drive", "target 127.0.0.1:1 weights=1,2", "weights is '1,2'"),
    ("lab-drive", "target 127.0.0.1:1 keepalive=1ms,1s,3", "whole seconds"),
    ("lab-drive", "target 127.0.0.1:1 bind=here", "bind is 'here'"),
    ("lab-drive", "arrivals 10ms", "no target yet"),
    ("lab-drive", "arrivals often", "arrivals is 'often'"),
    ("lab-drive", "pool size=0", "size is '0'"),
    ("lab-drive", "shape page request=39", "at least 40"),
    ("lab-drive", "pipeline", "expected depth=N"),
    ("lab-drive", "retry", "expected timeout="),
    ("lab-drive", "hedge share=3%", "expected after="),
    ("lab-drive", "read size=16kB", "needs every="),
    ("lab-drive", "ramp factor=-1 over=1s", "factor is '-1'"),
    ("lab-drive", "close everything", "unexpected word 'everything'"),
)


@together
def bad_lines(bench):
    path = os.path.join(bench.directory.name, "bad.conf")
    for name, line, why in BAD_LINES:
        with open(path, "w") as file:
            file.write("# first\n\n" + line + "\n")
        run = subprocess.run(
            [os.path.join(bench.build, name), path, "--log", path + ".log"],
            capture_output=True, text=True, timeout=10)
        expect(run.returncode == 2, line, "exit status", run.returncode)
        expect("%s:3: " % path in run.stderr and why in run.stderr, line,
               "said", run.stderr)
        expect(run.stdout == "", line, "printed", run.stdout)


@together
def bad_commands(bench):
    server = bench.serve("shape page")
    for line in ("dance", "shape page think=fast", "workers 1 2"):
        answer = server.command(line)
        expect(answer.startswith("error: "), line, answer)
    expect(server.command("workers 1") == "ok", "a good line after bad ones")


@together
def bad_arguments(bench):
    for name in ("lab-serve", "lab-drive"):
        for words in ([], ["/none"], ["/none", "--log"],
                      ["/none", "--log", bench.directory.name + "/l"]):
            run = subprocess.run([os.path.join(bench.build, name), *words],
                                 capture_output=True, text=True, timeout=10)
            expect(run.returncode == 2 and run.stderr, name, words)


@together
def unknown_shape(bench):
    server = bench.serve("shape page")
    client = bench.drive_to_end(server.address, "shape other", "requests 1",
                                "burst 1")
    seen = client.rows()[0].outcome
    expect(seen == "error:unknown shape", seen)


def answer_wrongly(listener, reply):
    peer = listener.accept()[0]
    head = peer.recv(65536)
    octets, attempt, id = struct.unpack_from(">I4xIQ", head, 4)
    peer.sendall(reply(attempt, id))
    time.sleep(0.2)
    peer.close()


@together
def wrong_replies(bench):
    def frame(magic, octets, attempt, id):
        return struct.pack(">4sIIQ", magic, octets, attempt, id)
    cases = (
        (lambda attempt, id: frame(b"LABr", 20, attempt, id + 1),
         "error:reply to another request"),
        (lambda attempt, id: frame(b"LABr", 20, attempt + 1, id),
         "error:reply to another request"),
        (lambda attempt, id: frame(b"LABr", 30, attempt, id) + 10 * b"x",
         "error:reply of 30 octets"),
        (lambda attempt, id: b"HTTP/1.1 400 Bad Request\r\n",
         "error:not a reply"),
        (lambda attempt, id: frame(b"LABr", 50, attempt, id), "closed"))
    for reply, outcome in cases:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=answer_wrongly,
                                      args=(listener, reply))
            thread.start()
            client = bench.drive_to_end(
                "127.0.0.1:%d" % listener.getsockname()[1],
                "shape page reply=50" if "closed" in outcome
                else "shape page reply=20", "requests 1", "burst 1")
            thread.join()
        seen = client.rows()[0].outcome
        expect(seen == outcome, "expected", outcome, "saw", seen)


@together
def log_is_written_while_it_runs(bench):
    server = bench.serve("shape page")
    client = bench.drive(server.address, "shape page", "requests 5",
                         "arrivals serial")
    client.said("done")
    expect(len(live(server)) == 5 and len(live(client)) == 5, "rows")
    expect(len(table(client.log + ".connections")) == 1, "connections")


@together
def stopped_under_load(bench):
    db = bench.serve("shape row think=30ms")
    page = bench.serve("shape page calls=3 call=row to=" + db.address,
                       "workers 4")
    client = bench.drive(page.address, "shape page", "arrivals 3ms")
    time.sleep(0.4)
    page.stop()
    client.stop()
    db.stop()
    rows = client.rows()
    outcomes = {r.outcome for r in rows}
    expect(outcomes <= {"ok", "closed", "reset", "refused"}, outcomes)
    known = {r.id for r in page.rows()}
    for row in rows:
        expect(row.outcome != "ok" or row.id in known, "a row is missing")
    gone = [r for r in page.rows() if r.outcome == "gone"]
    expect(gone and all(r.reply_last_ns == 0 for r in gone), "unfinished")


@together
def kernel_counts_at_close(bench):
    server = bench.serve("shape page reply=1000")
    client = bench.drive_to_end(server.address, "shape page request=500",
                                "requests 10", "arrivals serial")
    close = client.connections("close")[0]
    expect(close.data_segs_out == 10 and close.data_segs_in == 10, close)
    expect(close.bytes_acked == 5001 and close.bytes_received == 10_000,
           close)
    expect(close.total_retrans == 0 and 0 < close.min_rtt_us < 5000, close)
    close = server.connections("close")[0]
    expect(close.data_segs_out == 10 and close.reason == "peer", close)
