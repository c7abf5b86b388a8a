"""Records as they come: of a capture on this host, of a file by second."""
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

from common import DEMO, TOP, alive, child_pids, expect
from terminal import ROOT, Terminal, wait_for


def check_live_capture():
    if os.geteuid() != 0:
        return "needs root"
    with Terminal(100, 30, TOP + " -i lo") as t:
        t.wait("LIVE|DISCONNECTED")
        if "DISCONNECTED" in t.text():
            return "cannot capture here"
        pid = t.pid()
        children = child_pids(pid)
        expect(children, "no capture")
        with open("/proc/%d/status" % pid, encoding="ascii") as f:
            status = f.read()
        expect(re.search(r"CapEff:\s+0{16}", status), "drawn with privilege")
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not any(alive(c) for c in children),
                 "the capture outlives the screen", 3)
    with Terminal(100, 30, TOP + " -i lo") as t:
        t.wait("LIVE")
        children = child_pids(t.pid())
        t.keys("q")
        t.wait_end()
        expect(not any(alive(c) for c in children), "the capture stayed")
    return None


def check_breach_shows():
    """A service that becomes slow is a breach on the screen within seconds."""
    if os.geteuid() != 0:
        return "needs root"
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    delay = [0.0]
    threading.Thread(target=serve, args=(server, delay), daemon=True).start()
    running = [True]
    client = threading.Thread(target=ask, args=(port, running), daemon=True)
    objective = "service:127.0.0.1:%d p99 < 20ms over 5s" % port
    with Terminal(100, 30, "%s -i lo --window 10s --slo '%s'"
                  % (TOP, objective)) as t:
        t.wait("LIVE|DISCONNECTED", 10)
        if "DISCONNECTED" in t.text():
            return "cannot capture here"
        client.start()
        t.wait(r"127\.0\.0\.1:%d .* ok" % port, 15)
        delay[0] = 0.05
        slow = time.monotonic()
        t.wait(r"!127\.0\.0\.1:%d .* BREACH" % port, 15)
        took = time.monotonic() - slow
        t.wait(r"![0-9:]{8} .*OPEN", 15)
        running[0] = False
    # A response ends a second's interval, which is told 0.2 s after its end.
    expect(took < 3.5, "the breach took %.1f s to show" % took)
    return None


def serve(server, delay):
    connection, _ = server.accept()
    while connection.recv(1000):
        time.sleep(delay[0])
        connection.sendall(b"y" * 100)


def ask(port, running):
    connection = socket.create_connection(("127.0.0.1", port))
    while running[0]:
        connection.sendall(b"x" * 100)
        connection.recv(1000)
        time.sleep(0.005)


def check_attach():
    """The records of a capture that runs, and its end."""
    if os.geteuid() != 0:
        return "needs root"
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o777)
        path = os.path.join(directory, "socket")
        capture = subprocess.Popen(
            [os.path.join(ROOT, "build", "netlat-capture"), "-i", "lo", "-q",
             "--socket", path], stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: os.path.exists(path), "no socket")
            with Terminal(100, 30, "%s --attach %s" % (TOP, path)) as t:
                t.wait("LIVE", 12)
                talk_once()
                t.wait(r"LIVE(?s:.)*127\.0\.0\.1:\d+", 12)
                capture.send_signal(signal.SIGINT)
                capture.wait(10)
                t.wait("DISCONNECTED|ENDED")
                t.keys("q")
                t.wait_end()
        finally:
            capture.kill()
            capture.wait()
    return None


def check_attach_recording():
    """w asks the capture that is attached to, and shows what it wrote."""
    if os.geteuid() != 0:
        return "needs root"
    for words, said in ((["--recorder"], r"the capture wrote /\S+/flight-"),
                        ([], r"there is no flight recorder to write")):
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o777)
            path = os.path.join(directory, "socket")
            capture = subprocess.Popen(
                [os.path.join(ROOT, "build", "netlat-capture"), "-i", "lo",
                 "-q", "--socket", path, *(words and words + [directory])],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                wait_for(lambda: os.path.exists(path), "no socket")
                with Terminal(100, 30, "env -C %s %s --attach %s --view flows"
                              % (directory, TOP, path)) as t:
                    t.wait("LIVE", 12)
                    server, _ = talk_once()
                    t.wait(r"127\.0\.0\.1:%d" % server, 12)
                    t.keys("Enter", "w")
                    t.wait(said, 20)
                    if words:
                        t.wait("SLOWEST of|RTT to (server|client), ms", 20)
                    t.keys("q")
                    t.wait_end()
                if words:
                    expect([n for n in os.listdir(directory)
                            if n.startswith("netlat-top-")
                            and n.endswith(".pcapng")], "no packets cut out")
                flights = [n for n in os.listdir(directory)
                           if n.startswith("flight-")]
                expect(len(flights) == len(words), str(flights))
            finally:
                capture.kill()
                capture.wait()
    return None


def check_path():
    """P probes the way that the selected connection takes."""
    if os.geteuid() != 0:
        return "needs root"
    with Terminal(100, 30, TOP + " -i lo --view flows") as t:
        t.wait("LIVE", 12)
        server, client = talk_once()
        t.wait(r"127\.0\.0\.1:%d" % server, 12)
        t.keys("/")
        t.type("port:%d" % client)
        t.keys("Enter")
        t.wait("pass /port:%d" % client)
        t.keys("P")
        text = t.wait(r"\[4 Paths\](?s:.)*20 rounds on its own ports", 25)
        expect("127.0.0.1:%d-127.0.0.1:%d" % (client, server) in text, text)
        expect(re.search(r"\n *1 127\.0\.0\.1 ", text), text)
    return None


def talk_once():
    """One connection with one turn, which then ends; its two ports."""
    with socket.create_server(("127.0.0.1", 0)) as server, \
            socket.create_connection(server.getsockname()) as client:
        peer, address = server.accept()
        client.sendall(b"x" * 100)
        peer.recv(1000)
        peer.sendall(b"y" * 100)
        client.recv(1000)
        peer.close()
        return server.getsockname()[1], address[1]


def check_intervals_add_up():
    """What analyze --interval tells by second is what it tells in the end."""
    def records(*words):
        done = subprocess.run(
            [os.path.join(ROOT, "build", "netlat-analyze"), *words, DEMO],
            capture_output=True, text=True, timeout=30, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    told = records("--interval", "1", "--progress", "2")
    intervals = [r for r in told if r["type"] == "interval"]
    last = {r["id"]: r for r in told if r["type"] == "flow"}
    whole = [r for r in records("--json") if r["type"] == "flow"]
    expect(len(last) == len(whole), "connections are missing")
    expect(len(intervals) > 10, "no intervals")
    for key in ("packets", "bytes", "segments"):
        expect(sum(r[key] for r in intervals)
               == sum(f[d][key] for f in whole for d in ("c2s", "s2c")), key)
    expect(sum(r["retransmits"] for r in intervals)
           == sum(f[d]["retransmits"]["total"] for f in whole
                  for d in ("c2s", "s2c")), "retransmits")
    for f in whole:
        f.pop("tainted", None)
        last[f["id"]].pop("tainted", None)
        expect(last[f["id"]] == f, "flow %d differs" % f["id"])
    expect(all(r["kernel_drops"] is None for r in intervals),
           "a file does not say what was dropped")


def check_live_packets():
    """What the recorder of our own capture holds of a connection: a file of
    its own, and in its detail its packets over time."""
    if os.geteuid() != 0:
        return "needs root"
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    threading.Thread(target=serve, args=(server, [0.002]), daemon=True).start()
    running = [True]
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o777)
        with Terminal(110, 40, "env -C %s %s -i lo --recorder . --view flows "
                      "--where port:%d" % (directory, TOP, port)) as t:
            t.wait("LIVE|DISCONNECTED", 10)
            if "DISCONNECTED" in t.text():
                return "cannot capture here"
            threading.Thread(target=ask, args=(port, running),
                             daemon=True).start()
            row = t.wait(r"127\.0\.0\.1:\d+ +127\.0\.0\.1:%d " % port, 20)
            client = re.search(r"127\.0\.0\.1:(\d+) +127", row).group(1)
            t.keys("Enter")
            t.wait("w writes its last packets down")
            t.keys("w")
            t.wait("its packets follow in some seconds")
            told = t.wait(r"packets written: (netlat-top-\S+\.pcapng)", 20)
            t.wait("over time, ms(?s:.)*SLOWEST of", 10)
            running[0] = False
        name = re.search(r"written: (netlat\S+pcapng)", told).group(1)
        flows = [json.loads(line) for line in subprocess.run(
            [os.path.join(ROOT, "build", "netlat-analyze"), "--json", "-q",
             os.path.join(directory, name)], capture_output=True, text=True,
            check=True).stdout.splitlines() if '"type":"flow"' in line]
        expect([f["client_port"] for f in flows] == [int(client)]
               and flows[0]["c2s"]["packets"] > 100, flows)
    refused = subprocess.run([TOP, "--once", "--recorder", "/tmp", "-"],
                             capture_output=True, text=True, timeout=20,
                             stdin=subprocess.DEVNULL)
    expect(refused.returncode == 2 and "goes with -i" in refused.stderr,
           refused.stderr)
    return None
