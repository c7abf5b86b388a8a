"""Being a service: objectives, alerts, configuration, systemd."""
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

from live import NETLAT, Capture, Veth, of_type, rig
from publishing import Place

SHARE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))), "tools", "capture", "share")


class Hook(http.server.BaseHTTPRequestHandler):
    """Keeps what is posted."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.posted.append(json.loads(self.rfile.read(length)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def ask(client, server, times, think=0.0):
    for _ in range(times):
        client.sendall(b"q" * 3000)
        rig.receive_all(server, 3000)
        time.sleep(think)
        server.sendall(b"a" * 200)
        rig.receive_all(client, 200)


def check_alert():
    """A broken objective: a record, a program, a post, and its end."""
    with Veth() as net, Place() as place:
        told = place.path + "/told"
        program = place.file("tell", "#!/bin/sh\ncat >>%s\n" % told, 0o755)
        listener = net.b.socket(socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        hook = http.server.HTTPServer(("127.0.0.1", 0), Hook,
                                      bind_and_activate=False)
        hook.socket.close()
        hook.socket = listener
        hook.server_activate()
        hook.posted = []
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        services = net.serve()
        capture = Capture(
            net.b, "-i", "eth0", "--json",
            "--slo", "service:10.0.0.2:80 p50 < 10ms over 12s min 20",
            "--alert-command", program, "--alert-webhook",
            "http://127.0.0.1:%d/x" % listener.getsockname()[1])
        client, server = net.connect(services)
        ask(client, server, 30)
        started = time.time()
        ask(client, server, 40, 0.02)
        ended = time.time()
        capture.wait(lambda: any('"type":"alert"' in line
                                 for line in capture.lines), "no alert", 4)
        capture.wait(lambda: hook.posted, "nothing was posted", 3)
        capture.wait(lambda: os.path.exists(told)
                     and os.path.getsize(told) > 0, "no program was run", 3)
        ask(client, server, 200)
        records, took = capture.stop()
        rig.close(client, server)
        hook.shutdown()
        rig.expect(took < 1, "the end took %.1f s" % took)
        alert = of_type(records, "alert")[0]
        rig.expect(alert["verdict"] == "broken", str(alert))
        rig.expect_near(alert["value_ns"] / 1e9, 0.0205, 0.002, "its value")
        rig.expect(started < alert["time_us"] / 1e6 < ended + 1.3,
                   "told of %.1f s after the start"
                   % (alert["time_us"] / 1e6 - started))
        with open(told, encoding="utf-8") as lines:
            rig.expect(json.loads(lines.readline()) == alert, "the program")
        rig.expect(hook.posted[0] == alert, "the post")


def check_every_pair():
    """Of zone:* the pair that is slow breaks it, and no other."""
    with Veth() as net, Place() as place:
        net.a.ip("addr", "add", "10.0.0.3/24", "dev", "eth0")
        zones = place.file("zones.csv", MAP + "10.0.0.3/32,az3\n")
        services = net.serve()
        capture = Capture(net.b, "-i", "eth0", "--json", "--zones", zones,
                          "--slo", "zone:* p50 < 10ms over 12s min 20")
        for address, think in (("10.0.0.1", 0), ("10.0.0.3", 0.02)):
            client, server = net.connect(services, address)
            ask(client, server, 40, think)
            rig.close(client, server)
        capture.wait(lambda: any('"type":"alert"' in line
                                 for line in capture.lines), "no alert", 4)
        records, _ = capture.stop()
        rig.expect([a["objective"] for a in of_type(records, "alert")]
                   == ["zone:az3->az2 p50 < 10ms over 12s min 20"],
                   str(of_type(records, "alert")))


def check_stuck_alert():
    """A program that hangs costs nothing but itself."""
    with Veth() as net, Place() as place:
        pid = place.path + "/pid"
        program = place.file("hang", "#!/bin/sh\necho $$ >%s\nsleep 60\n"
                             % pid, 0o755)
        config = place.file("c.toml", """
            interfaces = ["eth0"]
            json = true
            objectives = ["failures < 50 % min 1"]
            [alerts]
            command = ["%s"]
            timeout = "1s"
            """ .replace("%s", program))
        capture = Capture(net.b, "-c", config)
        client = net.a.socket(socket.SOCK_STREAM)
        try:
            client.connect(("10.0.0.2", 81))
        except ConnectionRefusedError:
            pass
        capture.wait(lambda: any("killed after 1 s" in s
                                 for s in capture.said), "not killed", 6)
        with open(pid, encoding="ascii") as lines:
            rig.expect(not os.path.exists("/proc/" + lines.read().strip()),
                       "it lives")
        with open(config, encoding="utf-8") as f:
            text = f.read()
        place.file("c.toml", text.replace(program, "/none"))
        capture.process.send_signal(signal.SIGHUP)
        capture.wait(lambda: any("alerts.command: /none: No such" in s
                                 for s in capture.said), "not refused")
        _, took = capture.stop()
        rig.expect(took < 1, "the end took %.1f s" % took)


LO = "interfaces = [\"lo\"]\n"
BAD = (
    ("interfaces = [\"lo\"\n", r":[12]: "),
    ("interfaces = \"lo\"", r":1: interfaces: write a list"),
    ("interfaces = [\"lo\"]\ninterface = 3", r":2: interface: no such key"),
    ("interfaces = [\"eth9x\"]", r"no interface eth9x; there are: .*lo"),
    ("\n\nsnaplen = 20", r":3: snaplen: write a number, 128 to 262144"),
    ("[records]\nquota = \"9X\"", r":2: records\.quota: write octets"),
    ("interfaces = [\"lo\"]\n[records]\nquota = \"1G\"",
     r": records: name the directory"),
    ("[records]\ncompression = \"lzma\"", r":2: records\.compression: write "),
    ("[records.x]\ny = 1", r":1: records\.x: no such key"),
    ("top = 1\ntop = 2", r":2: "),
    ("objectives = [\"p99 < 5\"]", r":1: objectives: .*column 7: expected"),
    ("[alerts]\nwebhook = \"ftp://x\"", r":2: alerts\.webhook: write http"),
    ("[alerts]\nevery = \"1 day\"", r":2: alerts\.every: write a duration"),
    ("\"a\\u001bb\" = 1", r":1: a\\x1bb: no such key"),
    (LO + "filter = \"prot 80\"", r":2: filter: .*syntax error"),
    (LO + "zones = [\"/none.csv\"]", r":2: zones: /none.csv: No such file"),
    ("[metrics]\nfile = \"/x\"", r":2: metrics\.file: .*\*\.prom"),
    ("flow_memory = 1000", r":1: flow_memory: write octets"),
    ("threads = 0", r":1: threads: write a number, 1 to [0-9]+$"),
    ("threads = 1000", r":1: threads: write a number, 1 to [0-9]+$"),
    ("threads = 2\nflow_memory = \"1M\"",
     r":2: flow_memory: 2 threads need 2M of --flow-memory"),
    ("objectives = [\"zone:a->b p99 < 1ms\"]",
     r":1: objectives: .*zones need a map"),
    ("[alerts]\ncommand = [\"/none\"]", r":1: alerts: there is no objective"),
    (LO + "objectives = [\"loss < 1 %\"]\n[alerts]\ncommand = [\"/none\"]",
     r":4: alerts\.command: /none: No such file"),
    (LO + "objectives = [\"loss < 1 %\"]\n[alerts]\ncommand = [\"nosuch-x\"]",
     r":4: alerts\.command: no program nosuch-x in PATH"),
)


def check_configuration():
    """What is wrong is said with line and key, before anything starts."""
    with Place() as place:
        for text, says in BAD:
            path = place.file("bad.toml", text + "\n")
            done = subprocess.run([NETLAT, "--check-config", "-c", path],
                                  capture_output=True, text=True, timeout=10)
            rig.expect(done.returncode == 2, "%r: status %d" % (
                text, done.returncode))
            rig.expect(re.search(says, done.stderr), done.stderr)
            rig.expect(done.stderr.count("\n") == 1, "lines: " + done.stderr)
        good = os.path.join(SHARE, "capture.toml")
        with open(good, encoding="utf-8") as lines:
            text = re.sub(r'^interfaces = .*', 'interfaces = ["any"]',
                          lines.read(), flags=re.M)
        path = place.file("good.toml", text)
        done = subprocess.run([NETLAT, "--check-config", "-c", path],
                              capture_output=True, text=True, timeout=10)
        rig.expect(done.returncode == 0, done.stderr)
        path = place.file("quota.toml", "[records]\nquota = \"1G\"\n")
        done = subprocess.run([NETLAT, "--check-config", "-c", path,
                               "-i", "any", "--records", place.path],
                              capture_output=True, text=True, timeout=10)
        rig.expect(done.returncode == 0, done.stderr)
        shut = place.path + "/shut"
        os.mkdir(shut, 0o700)
        busy = socket.socket(socket.AF_UNIX)
        busy.bind(place.path + "/busy")
        busy.listen()
        os.chmod(place.path + "/busy", 0o777)
        for words, status, says in (
                (["--records", shut], 4,
                 "records in .*shut: .* denied to uid [1-9]"),
                (["--recorder", shut], 4, "shut: .* denied to uid [1-9]"),
                (["--metrics-file", shut + "/x.prom"], 4, "denied to uid"),
                (["--metrics-file", "x"], 2, r"named \*\.prom"),
                (["--socket", shut + "/s"], 4, "denied to uid [1-9]"),
                (["--flow-memory", "1k"], 2, "octets from 1M on"),
                (["--slo", "loss < 1 %", "--alert-command", "/"], 2,
                 "--alert-command: /: Permission denied"),
                (["--records", place.path + "/none"], 3, "No such file"),
                (["--socket", place.path + "/busy"], 2, "another netlat"),
                (["--socket", path], 2, "something else by that name"),
                (["--slo", "zone:a->b p99 < 1ms"], 2, "--zones"),
                (["--slo", "p99 < 1"], 2, "column 7"),
                (["--alert-command", "x"], 2, "no objective")):
            done = subprocess.run([NETLAT, "-i", "lo", *words],
                                  capture_output=True, text=True, timeout=10)
            rig.expect(done.returncode == status, "%s: status %d: %s" % (
                words, done.returncode, done.stderr))
            rig.expect(re.search(says, done.stderr), done.stderr)
            rig.expect(done.stderr.count("\n") == 1, "lines: " + done.stderr)


HEADER = "#netlat-zones 1\ncidr,zone\n"
MAP = HEADER + "10.0.0.1/32,az1\n10.0.0.2/32,az2\n"


def check_reload():
    """SIGHUP brings another map and objectives; a bad file changes nothing."""
    with Veth() as net, Place() as place:
        # Two maps, of which one includes a third.
        zones = [place.file("zones.csv", HEADER + "#include clients.csv\n"),
                 place.file("servers.csv", HEADER + "10.0.0.2/32,az2\n")]
        place.file("clients.csv", HEADER + "10.0.0.1/32,az1\n")
        told = place.path + "/told"
        program = place.file("tell", "#!/bin/sh\ncat >>%s\n" % told, 0o755)
        text = """
            interfaces = ["eth0"]
            json = true
            zones = ["%s", "%s"]
            objectives = ["%%s"]
            [records]
            directory = "%s"
            """ % (*zones, place.path)
        config = place.file("c.toml", text % "p99 < 1s")
        services = net.serve()
        capture = Capture(net.b, "-c", config, "--alert-command", program)
        client, server = net.connect(services)

        def heard(word):
            capture.wait(lambda: any(word in s for s in capture.said),
                         "never heard: " + word)
        ask(client, server, 10)
        time.sleep(1.3)
        place.file("clients.csv", HEADER + "10.0.0.1/32,az7\n")
        place.file("c.toml", text % "zone:az7->az2 p50 < 1us min 2")
        capture.process.send_signal(signal.SIGHUP)
        heard("was read again")
        ask(client, server, 10)
        capture.wait(lambda: any('"type":"alert"' in line
                                 for line in capture.lines), "no alert", 4)
        capture.wait(lambda: os.path.exists(told) and os.path.getsize(told),
                     "the typed program was forgotten", 3)
        for name, bad, says in (
                ("c.toml", text % "p99 < nothing", "expected a time"),
                ("c.toml", (text % "loss < 1 %").replace(zones[0], "/none"),
                 "c.toml:4: zones: /none: No such file"),
                ("clients.csv", HEADER + "10.0.0.1/32\n", "clients.csv:3: ")):
            with open(os.path.join(place.path, name), encoding="utf-8") as f:
                good = f.read()
            place.file(name, bad)
            capture.said.clear()
            capture.process.send_signal(signal.SIGHUP)
            heard("all stays as it was")
            rig.expect(says in capture.said[0], capture.said[0])
            place.file(name, good)
        # The limit of files counts at once, where they go does not.
        with open(config, encoding="utf-8") as f:
            good = f.read()
        place.file("c.toml", "snaplen = 512\n" + good.replace(
            'directory = "', 'file_time = "1h"\ndirectory = "/x'))
        capture.process.send_signal(signal.SIGHUP)
        heard("read again; what is new of snaplen, records.directory waits")
        rig.close(client, server)
        records, _ = capture.stop()
        pairs = [r["key"]["client_zone"] for r in of_type(records, "interval")
                 if r["key"]["server"] == "10.0.0.2:80"]
        rig.expect(set(pairs) == {"az1", "az7"}, str(pairs))
        rig.expect(pairs == sorted(pairs), str(pairs))
        flow = of_type(records, "flow")
        rig.expect(len(flow) == 1 and flow[0]["turns"]["n"] == 20,
                   "the connection did not live through it")


def check_service_manager():
    """READY, WATCHDOG, RELOADING, STOPPING, as sd_notify(3) has them."""
    with Veth() as net, Place() as place:
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(place.path + "/notify")
        os.chmod(place.path + "/notify", 0o777)
        os.environ["NOTIFY_SOCKET"] = place.path + "/notify"
        os.environ["WATCHDOG_USEC"] = "1000000"
        config = place.file("c.toml", 'interfaces = ["eth0"]\nsocket = "%s/s"'
                            % place.path)
        try:
            capture = Capture(net.b, "-c", config)
        finally:
            del os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"]
        manager.settimeout(3)
        said = [manager.recv(100) for _ in range(3)]
        rig.expect(said == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"],
                   str(said))
        capture.process.send_signal(signal.SIGHUP)
        said = [manager.recv(100) for _ in range(4)]
        rig.expect(b"RELOADING=1" in said and said.index(b"READY=1")
                   > said.index(b"RELOADING=1"), str(said))
        capture.stop()
        said = []
        while b"STOPPING=1" not in said:
            said.append(manager.recv(100))


def check_units():
    """The unit's exposure, and that the manifest is what it says."""
    if shutil.which("systemd-analyze"):
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true",
             "--threshold=20", os.path.join(SHARE, "netlat-capture.service")],
            capture_output=True, text=True, timeout=30)
        rig.expect(done.returncode == 0, done.stdout[-200:] + done.stderr)
    with open(os.path.join(SHARE, "daemonset.yaml"),
              encoding="utf-8") as lines:
        text = lines.read()
    for word in ("hostNetwork: true", "NET_RAW", "readOnlyRootFilesystem: true",
                 'drop: ["ALL"]', "kind: DaemonSet"):
        rig.expect(word in text, "the manifest lacks " + word)
    if not shutil.which("systemd-analyze"):
        return "no systemd-analyze here"
    return None
