"""What is measured: against kernels, tcpdump and a wire."""
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from live import NETLAT, Capture, Veth, counter, of_type, rig
from schemas import problems


def check_privileges():
    with Veth() as net:
        capture = Capture(net.b, "-i", "eth0", "--json")
        opener = capture.opener()
        tasks = os.listdir("/proc/%d/task" % capture.process.pid)
        # One that writes, if there are several that measure.
        measuring = int((Capture.threads.words or ["1"])[-1])
        rig.expect(len(tasks) == (measuring if measuring == 1
                                  else measuring + 1), "threads %s" % tasks)
        for pid, allowed in [(opener, 1 << 13)] + [
                ("%d/task/%s" % (capture.process.pid, task), 0)
                for task in tasks]:
            for key in ("CapInh", "CapBnd", "CapAmb"):
                rig.expect(int(capture.status(key, pid), 16) == 0, key)
            for key in ("CapPrm", "CapEff"):
                rig.expect(int(capture.status(key, pid), 16) == allowed, key)
            rig.expect("0" not in capture.status("Uid", pid).split(), "root")
            rig.expect(capture.status("Groups", pid) == "", "groups")
            rig.expect(capture.status("NoNewPrivs", pid) == "1", "new privs")
            rig.expect(capture.status("Seccomp", pid) == "2", "seccomp")
        _, took = capture.stop()
        rig.expect(took < 1, "the end took %.1f s" % took)


def check_accounting():
    """Packets as tcpdump and the device count them."""
    with Veth() as net:
        before = counter(net.b, "rx_packets") + counter(net.b, "tx_packets")
        capture = Capture(net.b, "-i", "eth0", "--json")
        sniffer = subprocess.Popen(
            ["ip", "netns", "exec", net.b.name, "tcpdump", "-i", "eth0", "-w",
             "/dev/null", "-B", "32768"], stderr=subprocess.PIPE, text=True)
        while "listening" not in sniffer.stderr.readline():
            rig.expect(sniffer.poll() is None, "tcpdump ended")
        net.datagrams(20000)
        time.sleep(0.5)
        after = counter(net.b, "rx_packets") + counter(net.b, "tx_packets")
        sniffer.send_signal(signal.SIGINT)
        said = sniffer.communicate()[1]
        # It reads a block a second late: not all it received is captured.
        theirs = int(re.search(r"(\d+) packets? received by filter",
                               said).group(1))
        records, _ = capture.stop()
        ours = of_type(records, "capture")[0]
        rig.expect(ours["kernel_drops"] == 0, "drops")
        rig.expect(ours["packets"] == after - before,
                   "%d of %d" % (ours["packets"], after - before))
        rig.expect(abs(ours["packets"] - theirs) <= 2,  # ARP before it ran
                   "tcpdump has %d of %d" % (theirs, ours["packets"]))


def check_stopped_reader():
    """What a full ring lost is counted to the packet, and taints."""
    with Veth() as net:
        before = counter(net.b, "rx_packets") + counter(net.b, "tx_packets")
        capture = Capture(net.b, "-i", "eth0", "--json", "-B", "512k")
        capture.wait(lambda: len(capture.lines) > 1, "no interval records")
        capture.process.send_signal(signal.SIGSTOP)
        net.datagrams(30000)
        capture.process.send_signal(signal.SIGCONT)
        time.sleep(1.5)
        after = counter(net.b, "rx_packets") + counter(net.b, "tx_packets")
        records, _ = capture.stop()
        ours = of_type(records, "capture")[0]
        rig.expect(ours["kernel_drops"] > 0, "no drops")
        rig.expect(ours["packets"] + ours["kernel_drops"] == after - before,
                   "%d + %d of %d" % (ours["packets"], ours["kernel_drops"],
                                      after - before))
        intervals = of_type(records, "interval")
        rig.expect(any(r["tainted"] for r in intervals), "not tainted")
        rig.expect(not all(r["tainted"] for r in intervals), "all tainted")


def check_unreachable():
    """Of two SYNs that nobody answers the one that a router sends back."""
    with Veth() as net:
        net.b.sysctl("net.ipv4.ip_forward=1")
        net.b.ip("route", "add", "unreachable", "10.9.0.0/24")
        net.b.ip("route", "add", "blackhole", "10.8.0.0/24")
        net.a.ip("route", "add", "10.0.0.0/8", "via", "10.0.0.2")
        capture = Capture(net.b, "-i", "eth0", "--json")
        for host in ("10.9.0.1", "10.8.0.1"):
            client = net.a.socket(socket.SOCK_STREAM)
            client.settimeout(0.3)
            try:
                client.connect((host, 80))
            except OSError:
                pass
            client.close()
        records, _ = capture.stop()
        found = {f["server_ip"]: f["handshake"] for f
                 in of_type(records, "flow")}
        for host, wanted in (("10.9.0.1", True), ("10.8.0.1", None)):
            rig.expect(found[host]["outcome"] == "timeout", str(found))
            rig.expect(found[host].get("unreachable") is wanted, str(found))
        for record in of_type(records, "flow"):
            bad = problems(os.path.join(os.path.dirname(NETLAT), "netlat"),
                           record)
            rig.expect(not bad, str(bad))


def check_random_stops(times=4, seed=7):
    """The same, stopped and continued at random moments."""
    chance = random.Random(seed)
    with Veth() as net:
        before = counter(net.b, "rx_packets") + counter(net.b, "tx_packets")
        capture = Capture(net.b, "-i", "eth0", "--json", "-B", "512k")
        load = threading.Thread(target=lambda: [
            (net.datagrams(500), time.sleep(0.01))
            for _ in range(30 * times)])
        load.start()
        for _ in range(times):
            time.sleep(chance.uniform(0, 0.3))
            capture.process.send_signal(signal.SIGSTOP)
            time.sleep(chance.uniform(0.05, 0.5))
            capture.process.send_signal(signal.SIGCONT)
        load.join()
        expect_all(net, before, capture)


def check_flaps(times=5):
    """Down and up, with the packets between counted."""
    with Veth() as net:
        before = counter(net.b, "rx_packets") + counter(net.b, "tx_packets")
        capture = Capture(net.b, "-i", "eth0", "--json")
        for _ in range(times):
            net.datagrams(50)
            net.b.ip("link", "set", "eth0", "down")
            net.b.ip("link", "set", "eth0", "up")
            time.sleep(0.05)
        net.datagrams(50)
        expect_all(net, before, capture)


def expect_all(net, before, capture):
    """Every packet since `before` was measured or counted as dropped."""
    time.sleep(0.7)
    after = counter(net.b, "rx_packets") + counter(net.b, "tx_packets")
    records, _ = capture.stop()
    ours = of_type(records, "capture")[0]
    rig.expect(ours["packets"] + ours["kernel_drops"] == after - before,
               "%d + %d of %d" % (ours["packets"], ours["kernel_drops"],
                                  after - before))


def median(histogram):
    rank, seen = (histogram["n"] + 1) // 2, 0
    zero = histogram["n"] - sum(histogram["counts"])
    if rank <= zero:
        return 0.0
    seen = zero
    for k, n in enumerate(histogram["counts"]):
        seen += n
        if seen >= rank:
            return 2 ** ((histogram["offset"] + k + 0.5)
                         / 2 ** histogram["scale"])
    raise rig.Failure("counts beyond n")


def intervals_of_a_change(before, after, ask):
    """What is told of 10.0.0.2:80 when a wire's delay, each way, changes from
    `before` to `after`: of the whole seconds before it, and of the two after
    it.  `ask` makes one request of the client and answers it."""
    def delay(value):
        return ["set %s delay=%s" % (way, value) for way in ("a>b", "b>a")]
    rig.Wire.program = os.path.join(os.path.abspath(sys.argv[1]), "lab-wire")
    with rig.Pair(*delay(before)) as pair:
        capture = Capture(pair.a, "-i", "eth0", "--json")
        client, server = pair.connect()
        stop = threading.Event()

        def load():
            while not stop.is_set():
                ask(client, server)
                stop.wait(0.005)
        thread = threading.Thread(target=load)
        thread.start()
        time.sleep(2.5)
        changed = time.time() * 1e6
        pair.wire.do(*delay(after))
        time.sleep(3)
        stop.set()
        thread.join()
        records, _ = capture.stop()
        rig.close(client, server)
    intervals = [r for r in of_type(records, "interval")
                 if r["key"]["server"] == "10.0.0.2:80"]
    # The first is of less than a second.
    earlier = [r for r in intervals if r["end_us"] < changed][1:]
    later = [r for r in intervals if changed < r["start_us"] < changed + 2e6]
    rig.expect(earlier and later, "no intervals")
    return earlier, later


def expect_round_trip(records, wanted):
    for record in records:
        rig.expect(record["rtt"]["server"]["n"] > 5,
                   "the network's RTT fell silent")
        rig.expect_near(median(record["rtt"]["server"]), wanted,
                        wanted * 0.05 + 0.0005, "the RTT's median")


def check_delay():
    """A delay on the wire shows in the next whole interval, within 5 %."""
    def ask(client, server):
        # Enough that it is acknowledged before it is answered.
        client.sendall(b"q" * 6000)
        rig.receive_all(server, 6000)
        server.sendall(b"a" * 200)
        client.recv(1000)
    before, after = intervals_of_a_change("5ms", "20ms", ask)
    expect_round_trip(before, 0.010)
    expect_round_trip(after, 0.040)


def check_step():
    """A longer path shows although every ACK rides on an answer."""
    def ask(client, server):
        client.sendall(b"q" * 100)
        rig.receive_all(server, 100)
        server.sendall(b"a" * 200)
        rig.receive_all(client, 200)
    _, after = intervals_of_a_change("500us", "4ms", ask)
    expect_round_trip(after, 0.008)
    for record in after:
        rig.expect(median(record["service"]) < 0.002,
                   "the server is blamed: %.4f s" % median(record["service"]))


def check_sums():
    """Intervals add up to the connections they tell of."""
    with Veth() as net:
        listener = net.serve()
        capture = Capture(net.a, "-i", "eth0", "--json")
        for _ in range(20):
            client, server = net.connect(listener)
            for _ in range(5):
                client.sendall(b"q" * 3000)
                rig.receive_all(server, 3000)
                server.sendall(b"a" * 10000)
                rig.receive_all(client, 10000)
            rig.close(client, server)
        refused = net.a.socket(socket.SOCK_STREAM)
        try:
            refused.connect(("10.0.0.2", 81))
        except ConnectionRefusedError:
            pass
        capture.wait(lambda: sum('"type":"flow"' in line
                                 for line in capture.lines) == 21,
                     "flow records do not come before the end", 15)
        records, _ = capture.stop()
        flows, intervals = (of_type(records, t) for t in ("flow", "interval"))
        rig.expect(all(f["end"] in ("fin", "rst") for f in flows), "ends")

        def both(key):
            return sum(f["c2s"][key] + f["s2c"][key] for f in flows)
        for key in ("packets", "bytes", "segments"):
            rig.expect(sum(r[key] for r in intervals) == both(key), key)
        rig.expect(sum(r["service"]["n"] for r in intervals)
                   == sum(f["turns"]["service"]["n"] for f in flows) == 100,
                   "service times")
        rig.expect(sum(r["turns"]["n"] for r in intervals) == 100, "turns")
        rig.expect(sum(r["connects"] for r in intervals) == 20, "connects")
        rig.expect(sum(r["connect_failures"] for r in intervals) == 1,
                   "failures")


def check_coming_and_going():
    """An interface that goes down, vanishes and comes back."""
    with Veth() as net:
        capture = Capture(net.b, "-i", "eth0", "--json")
        # What ends a whole group is for the process that measures.
        os.kill(capture.opener(), signal.SIGTERM)

        def heard(word):
            capture.wait(lambda: any(word in s for s in capture.said),
                         "never heard that it is " + word)
        net.datagrams(100)
        for state in ("down", "up"):
            net.b.ip("link", "set", "eth0", state)
        net.datagrams(100)
        net.b.ip("link", "del", "eth0")
        heard("gone")
        before, began = capture.cpu(), time.monotonic()
        time.sleep(1.5)
        share = (capture.cpu() - before) / (time.monotonic() - began)
        rig.expect(share <= 0.05, "CPU %.3f while absent" % share)
        net.join()
        heard("back")
        net.datagrams(100)
        time.sleep(0.3)
        records, _ = capture.stop()
        rig.expect(of_type(records, "capture")[0]["udp"] >= 300,
                   "packets are missing")
        rig.expect(len(of_type(records, "capture")[0]["interfaces"]) == 1,
                   "another capture point")


def check_any():
    """Two interfaces of a packet's way are two capture points."""
    with Veth() as net:
        capture = Capture(net.b, "-i", "any", "--json", "not port 5353")
        listener = net.b.socket(socket.SOCK_STREAM)
        listener.bind(("0.0.0.0", 80))
        listener.listen()
        for host, address in ((net.a, "10.0.0.2"), (net.b, "127.0.0.1")):
            client = host.socket(socket.SOCK_STREAM)
            client.connect((address, 80))
            server, _ = listener.accept()
            client.sendall(b"q" * 1000)
            rig.receive_all(server, 1000)
            rig.close(client, server)
        time.sleep(0.5)
        records, _ = capture.stop()
        flows = of_type(records, "flow")
        rig.expect(sorted(f["vantage"] for f in flows) == ["eth0", "lo"],
                   str([f["vantage"] for f in flows]))
        for flow in flows:
            for side in ("c2s", "s2c"):
                rig.expect(flow[side]["retransmits"]["total"] == 0, "copies")
                rig.expect(flow[side]["capture_duplicates"] == 0, "copies")


def check_wrong_use():
    """One clear line before anything starts, and the right status."""
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for words, status, says in (
            (["-i", "eth9x"], 2, r"no interface eth9x; there are: .*lo"),
            ([], 2, r"name an interface with -i"),
            (["-i", "lo", "prot 80"], 2, r"filter 'prot 80': .+"),
            (["-i", "lo", "--threads", "0"], 2, r"--threads 0: write 1 to"),
            (["-i", "lo", "-s", "1"], 2, r"--snaplen 1: write 128 to"),
            (["--record-now", "--json"], 2, r"--socket alone goes with it"),
            (nobody + ["-i", "lo"], 4, r"CAP_NET_RAW.*setcap cap_net_raw\+ep")):
        first = words.index("-i") if words[:1] == nobody[:1] else 0
        done = subprocess.run(words[:first] + [NETLAT] + words[first:],
                              capture_output=True, text=True, timeout=10)
        rig.expect(done.returncode == status,
                   "%s: status %d: %s" % (words, done.returncode,
                                          done.stderr))
        rig.expect(re.search(says, done.stderr), done.stderr)
        rig.expect(done.stderr.count("\n") == 1, "more than one line")
