"""Scripts: exactly the packets that were asked for."""

import os
import socket
import time

from rig import (Capture, Pair, close, expect, expect_near, numbers,
                 receive_all, retransmissions, transfer)

TCP = 6
SYN, ACK, FIN = 2, 16, 1


def scripted(rows):
    return [r for r in rows if r["reason"].startswith("script:")]


def sizes_sent(pair, client, server, count, size=1000):
    """Sends that many segments of this size, one write each."""
    for _ in range(count):
        client.send(os.urandom(size))
    receive_all(server, count * size)


def check_drop_nth():
    with Pair("set *>* delay=5ms") as pair:
        after = Capture(pair.b)
        client, server = pair.connect()
        sizes_sent(pair, client, server, 3)
        pair.wire.do("drop a>b data nth=5 count=2")
        sizes_sent(pair, client, server, 30)
        # A lost tail counts as well, so at least the two.
        expect(retransmissions(client) >= 2, "nothing was sent again")
        close(client, server)
        time.sleep(0.1)
        seen = [p.seq for p in after.packets(TCP) if not p.outgoing]
        pair.stop()
        rows = pair.wire.rows(pair="a>b", proto="tcp")
        data = [r for r in rows if r["kind"] == "data"]
        data.sort(key=lambda r: r.time_ns)
        dropped = [i for i, r in enumerate(data) if r["verdict"] == "drop"]
        expect(dropped == [7, 8], f"segments {dropped}, expected 7 and 8")
        again = [r for r in rows if r["kind"] == "retransmission"]
        for number in dropped:
            seq = data[number].seq
            copies = [r for r in again if r.seq == seq]
            expect(copies and seen.count(seq) == len(copies),
                   "the receiver saw the original")


def check_drop_repeats():
    with Pair("set *>* delay=2ms") as pair:
        client, server = pair.connect()
        pair.wire.do("drop a>b data nth=1 repeats=2")
        client.send(b"z" * 500)
        expect(receive_all(server, 500) == b"z" * 500, "lost for good")
        expect(retransmissions(client) == 3,
               f"{retransmissions(client)} retransmissions, expected 3")
        client.send(b"z")
        receive_all(server, 1)
        close(client, server)
        time.sleep(0.1)
        pair.stop()
        reasons = [r["reason"] for r in pair.wire.rows(verdict="drop",
                                                       proto="tcp")]
        expect(reasons == ["script:data", "script:repeat", "script:repeat"],
               f"drops {reasons}")


def check_drop_retransmission():
    with Pair("set *>* delay=2ms") as pair:
        client, server = pair.connect()
        pair.wire.do("drop a>b data", "drop a>b retransmission")
        client.send(b"z" * 100)
        receive_all(server, 100)
        expect(retransmissions(client) == 2,
               f"{retransmissions(client)} retransmissions, expected 2")
        close(client, server)


def check_drop_handshake():
    cases = (("a>b", "syn", "syn"), ("b>a", "synack", "synack"))
    for where, what, kind in cases:
        with Pair("set *>* delay=1ms") as pair:
            pair.wire.do(f"drop {where} {what}")
            start = time.monotonic()
            client, server = pair.connect()
            took = time.monotonic() - start
            expect_near(took, 1.03, 0.1, f"connect without {what} in s")
            expect(transfer(client, server, b"x"), "no data")
            close(client, server)
            pair.stop()
            rows = scripted(pair.wire.rows())
            expect([r["kind"] for r in rows] == [kind],
                   f"dropped {[r['kind'] for r in rows]}")


def check_drop_fin_and_ack():
    with Pair("set *>* delay=1ms") as pair:
        client, server = pair.connect()
        pair.wire.do("drop b>a ack", "drop a>b fin")
        client.send(b"x" * 10)
        receive_all(server, 10)
        time.sleep(0.1)
        client.close()
        expect(server.recv(1) == b"", "no end of the stream")
        server.close()
        time.sleep(0.1)
        pair.stop()
        rows = scripted(pair.wire.rows())
        expect([(r["pair"], r["reason"]) for r in rows] ==
               [("b>a", "script:ack"), ("a>b", "script:fin")],
               f"dropped {[(r['pair'], r['reason']) for r in rows]}")


def check_drop_datagram():
    with Pair() as pair:
        pair.wire.do("drop a>b datagram nth=2 count=2")
        expect(numbers(pair.udp(6)) == [0, 3, 4, 5], "not the 2nd and 3rd")


def first_burst(data, start_ns, gap_ns):
    """Rows after start until the first pause of this length."""
    burst = [r for r in data if r.time_ns > start_ns]
    for number, (row, after) in enumerate(zip(burst, burst[1:]), 1):
        if after.time_ns - row.time_ns > gap_ns:
            return burst[:number]
    return burst


def check_tail():
    """The last two of the next burst, nothing of the one behind it."""
    with Pair("set *>* delay=10ms") as pair:
        client, server = pair.connect()
        sizes_sent(pair, client, server, 20)
        time.sleep(0.05)  # until acknowledged: a burst in one window
        pair.wire.do("drop a>b tail count=2")
        sizes_sent(pair, client, server, 9)
        sizes_sent(pair, client, server, 5)
        close(client, server)
        time.sleep(0.1)
        pair.stop()
        data = pair.wire.rows(pair="a>b", kind="data")
        data.sort(key=lambda r: r.time_ns)
        start = pair.wire.rows(verdict="command")[-1].time_ns
        burst = first_burst(data, start, 10_000_000)
        dropped = pair.wire.rows(verdict="drop", reason="script:tail")
        expect(len(burst) > 3 and len(dropped) == 2, f"{len(dropped)} drops")
        expect([r.seq for r in dropped] == [r.seq for r in burst[-2:]],
               "others than the last two were dropped")


def check_tail_share():
    with Pair("set *>* delay=3ms", "drop b>a tail share=30%") as pair:
        client, server = pair.connect()
        for _ in range(60):
            client.send(b"q")
            receive_all(server, 1)
            server.send(b"r" * 4000)
            receive_all(client, 4000)
        close(client, server)
        time.sleep(0.1)
        pair.stop()
        drops = pair.wire.rows(verdict="drop", reason="script:tail")
        times = [r.time_ns for r in pair.wire.rows(pair="b>a", proto="tcp")
                 if r.payload]
        expect(6 <= len(drops) <= 40, f"{len(drops)} of 60 tails dropped")
        for row in drops:
            behind = [t for t in times
                      if row.time_ns < t <= row.time_ns + 3_000_000]
            expect(not behind, "dropped a segment that was not the last")


def check_late():
    with Pair("set *>* delay=2ms") as pair:
        after = Capture(pair.b)
        client, server = pair.connect()
        pair.wire.do("late a>b data nth=3 count=2 by=40ms")
        sizes_sent(pair, client, server, 9)
        time.sleep(0.15)
        close(client, server)
        seen = [p for p in after.packets(TCP) if not p.outgoing and p.payload]
        pair.stop()
        rows = pair.wire.rows(verdict="late", reason="script:data")
        expect(len(rows) == 2 and all(r.intended_ns == 42_000_000
                                      for r in rows), "not two by 42 ms")
        for row in rows:
            expect(max(p.time_ns for p in seen if p.seq == row.seq) -
                   row.time_ns > 41_900_000, "was not late")
        order = [p.seq for p in seen]
        expect(order != sorted(order), "nothing overtook")


def check_twice():
    with Pair("set *>* delay=2ms") as pair:
        after = Capture(pair.b)
        client, server = pair.connect()
        pair.wire.do("twice a>b data nth=4")
        sizes_sent(pair, client, server, 9)
        close(client, server)
        time.sleep(0.05)
        seen = [p for p in after.packets(TCP) if not p.outgoing and p.payload]
        order = [p.seq for p in seen]
        double = [n for n, seq in enumerate(order)
                  if order.count(seq) == 2]
        expect(double == [3, 4], f"packets {double} are alike")
        expect(seen[3].ip_id == seen[4].ip_id, "not a copy by the network")
        expect(retransmissions(client := pair.connect(port=81)[0]) == 0, "")
        client.close()


def reset_of(end):
    try:
        return end.recv(10) or b"end"
    except ConnectionResetError:
        return "reset"


def check_rst():
    for address in ("10.0.0.2", "fd00::2"):
        with Pair("set *>* delay=3ms") as pair:
            client, server = pair.connect(address)
            other, unhurt = pair.connect(address, 81)
            expect(transfer(client, server, os.urandom(30_000)), "no data")
            port = client.getsockname()[1]
            mine, yours = ("[fd00::1]", "[fd00::2]") if ":" in address else (
                "10.0.0.1", "10.0.0.2")
            pair.wire.do(f"rst a>b flow={mine}:{port}-{yours}:80")
            expect(reset_of(server) == "reset", "the server felt no reset")
            server.close()
            expect(transfer(other, unhurt, b"fine"), "another flow was hurt")
            close(*pair.connect(address, 82))
            time.sleep(0.05)
            reply = pair.wire.ask("rst b>a flow=all")
            expect(reply == "ok 2 flows", f"a closed one, too: {reply}")
            expect(reset_of(other) == "reset", "the client felt no reset")
            expect("no such flow" in
                   pair.wire.ask("rst a>b flow=10.0.0.9:1-10.0.0.8:2"),
                   "reset a flow that is not there")
            close(client, other, unhurt)


def check_forget():
    with Pair("forget a>b idle=300ms mode=silent") as pair:
        client, server = pair.connect()
        for _ in range(4):
            time.sleep(0.15)
            expect(transfer(client, server, b"busy"), "a busy flow vanished")
        time.sleep(0.5)
        client.send(b"idle")
        server.settimeout(0.4)
        try:
            server.recv(4)
            expect(False, "an idle flow was remembered")
        except TimeoutError:
            pass
        server.send(b"back")
        client.settimeout(0.3)
        try:
            client.recv(4)
            expect(False, "the way back was remembered")
        except TimeoutError:
            pass
        close(client, server)
        again = pair.connect(port=82)
        expect(transfer(*again, b"new"), "a new flow does not pass")
        close(*again)
        pair.stop()
        reasons = {(r["pair"], r["reason"])
                   for r in pair.wire.rows(verdict="drop", proto="tcp")}
        expect(reasons == {("a>b", "forgotten"), ("b>a", "forgotten")},
               f"drops {reasons}")


def check_forget_rst():
    with Pair("forget a>b idle=200ms mode=rst",
              "set *>* delay=1ms") as pair:
        client, server = pair.connect()
        time.sleep(0.4)
        client.send(b"idle")
        expect(reset_of(client) == "reset", "no reset from the middlebox")
        expect(pair.b.counter("TcpExtTCPAbortOnData") == 0, "")
        close(client, server)


def check_handshake_only_counts_syn():
    """Port reuse: a new SYN starts a flow afresh, its data is new."""
    with Pair() as pair:
        for _ in range(2):
            client = pair.a.socket(socket.SOCK_STREAM)
            client.bind(("10.0.0.1", 3333))
            listener = pair.b.socket(socket.SOCK_STREAM)
            listener.bind(("10.0.0.2", 80))
            listener.listen()
            client.connect(("10.0.0.2", 80))
            server, _ = listener.accept()
            expect(transfer(client, server, b"x" * 100), "no data")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                              b"\1\0\0\0\0\0\0\0")
            close(client, server, listener)
        time.sleep(0.05)
        pair.stop()
        kinds = [r["kind"] for r in pair.wire.rows(pair="a>b", proto="tcp")
                 if r.payload]
        expect(kinds == ["data", "data"], f"payload is {kinds}")
