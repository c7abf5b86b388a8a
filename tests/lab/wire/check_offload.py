"""Super-segments: cut like an interface does, merged like GRO does."""

import os
import socket
import subprocess
import time

from rig import Capture, Pair, close, expect, numbers, retransmissions
from rig import transfer, wait_acknowledged

TCP = 6
PSH, FIN = 8, 1


def bulk(pair, address):
    """Sends 2 MB; captures of both sides."""
    before, after = Capture(pair.a), Capture(pair.b)
    client, server = pair.connect(address)
    expect(transfer(client, server, os.urandom(2_000_000)), "data differs")
    wait_acknowledged(client)
    sent_again = retransmissions(client)
    client.shutdown(socket.SHUT_WR)
    server.recv(1)
    close(client, server)
    time.sleep(0.2)
    return ([p for p in before.packets(TCP) if p.outgoing and p.payload],
            [p for p in after.packets(TCP) if not p.outgoing and p.payload],
            sent_again)


def expect_needless(pair, again):
    """What a busy machine's sender sends again arrives twice, and the receiver
    says so; a segment that was cut wrongly would not have arrived before."""
    twice = sum(pair.b.counter("TcpExtTCPDSACK%sSent" % kind)
                for kind in ("Old", "Ofo"))
    expect(again <= twice, f"{again} sent again, {twice} of them needlessly")


def check_offload():
    for address in ("10.0.0.2", "fd00::2"):
        with Pair("set *>* delay=3ms", a="offload", pcap=True) as pair:
            sent, got, again = bulk(pair, address)
            expect(max(len(p.octets) for p in sent) > 10_000,
                   "the sender's capture has no super-segments")
            expect(max(len(p.octets) for p in got) <= 1500,
                   "the wire did not cut")
            expect_needless(pair, again)
            expect(pair.b.counter("TcpInCsumErrors") == 0, "bad checksums")
            ends = {(p.seq + len(p.payload)) & 0xffffffff for p in sent}
            for packet in got:
                last = (packet.seq + len(packet.payload)) & 0xffffffff in ends
                expect(last or packet.flags & (PSH | FIN) == 0,
                       "PSH inside a super-segment")
            if ":" not in address:
                ids = [p.ip_id for p in got]
                steps = {(y - x) & 0xffff for x, y in zip(ids, ids[1:])}
                expect(1 in steps and len(steps) < 5,
                       f"identifications advance by {steps}")
            pair.stop()
            rows = pair.wire.rows(pair="a>b", proto="tcp")
            expect(max(r.ip_length for r in rows) <= 1500,
                   "decisions were about super-segments")
            text = subprocess.run(
                ["tcpdump", "-nvvr", pair.wire.pcap_path, "tcp"],
                capture_output=True, text=True, check=True).stdout
            expect("(correct)" in text, "tcpdump checked nothing")
            expect("incorrect" not in text and "bad cksum" not in text,
                   "tcpdump finds bad checksums")


def check_offload_datagrams():
    """Checksums that the host left to the interface."""
    with Pair(a="offload", b="offload") as pair:
        for address in ("10.0.0.2", "fd00::2"):
            expect(numbers(pair.udp(20, address=address), 0.1) ==
                   list(range(20)), "datagrams refused")
        expect(pair.b.counter("UdpInCsumErrors") == 0, "bad checksums")


def check_offload_drop():
    """Decisions are about the segments after the cut."""
    for address in ("10.0.0.2", "fd00::2"):
        with Pair("set *>* delay=3ms", a="offload", b="offload gro") as pair:
            client, server = pair.connect(address)
            pair.wire.do("drop a>b data nth=7")
            expect(transfer(client, server, os.urandom(200_000)),
                   "data differs")
            wait_acknowledged(client)
            again = retransmissions(client)
            close(client, server)
            time.sleep(0.1)
            pair.stop()
            data = pair.wire.rows(pair="a>b", kind="data")
            first = pair.wire.rows(pair="a>b", kind="syn")[0].seq
            data.sort(key=lambda r: (r.seq - first) & 0xffffffff)
            lost = [i for i, r in enumerate(data) if r["verdict"] == "drop"]
            expect(lost == [6], f"segments {lost} dropped")
            # A busy machine's sender may send more again than it lost.
            seen = len(pair.wire.rows(pair="a>b", kind="retransmission"))
            expect(again == seen > 0, f"{again} sent again, {seen} seen")


def check_gro():
    for address in ("10.0.0.2", "fd00::2"):
        with Pair("set *>* delay=3ms", a="offload", b="gro") as pair:
            _, got, again = bulk(pair, address)
            expect(max(len(p.octets) for p in got) > 5_000,
                   "the receiver's capture has no merged segments")
            expect_needless(pair, again)
            expect(pair.b.counter("TcpInCsumErrors") == 0, "bad checksums")
            total = sum(len(p.payload) for p in got)
            expect(total == 2_000_000, f"{total} octets in the capture")
            pair.stop()
            rows = [r for r in pair.wire.rows(pair="a>b", proto="tcp")
                    if r.payload]
            expect(len(rows) > 1.5 * len(got), "rows are not per segment")
            expect(all(r["verdict"] == "pass" for r in rows), "not passed")
