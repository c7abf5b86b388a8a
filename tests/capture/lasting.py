"""What lasts: floods, and a capture that runs while everything happens."""
import glob
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from live import Capture, Veth, of_type, rig
from publishing import Place, Reader
from service import MAP, ask


class Talk:
    """Connections one after the other, each with some requests, until told."""

    def __init__(self, net, requests=5, rest=0.0):
        self.net, self.requests, self.rest = net, requests, rest
        self.listener = net.b.socket(socket.SOCK_STREAM)
        self.listener.bind(("10.0.0.2", 80))
        self.listener.listen()
        self.asked = self.failed = 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.end()

    def run(self):
        while not self.stop.is_set():
            client = self.net.a.socket(socket.SOCK_STREAM)
            try:
                client.connect(("10.0.0.2", 80))
                server, _ = self.listener.accept()
                ask(client, server, self.requests)
                self.asked += self.requests
                rig.close(client, server)
            except (OSError, rig.Failure):
                self.failed += 1  # the link was down
            self.stop.wait(self.rest)

    def end(self):
        self.stop.set()
        self.thread.join()
        self.listener.close()


def anonymous(pid):
    """Memory of its own, MiB."""
    with open("/proc/%d/status" % pid, encoding="ascii") as lines:
        for line in lines:
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    return 0


def scrape(net):
    def fetch():
        with urllib.request.urlopen("http://127.0.0.1:9469/metrics",
                                    timeout=3) as page:
            return page.read().decode()
    return net.b.call(fetch)


def ready(net):
    try:
        return scrape(net)
    except urllib.error.HTTPError:
        return None


def value(page, series):
    """Of the series whose line begins so; 0 without one."""
    found = re.search("^%s ([0-9.e+]+)$" % re.escape(series), page, re.M)
    return float(found.group(1)) if found else 0


def check_flood(syns=400_000):
    """Attempts of strangers take no more memory and records than they may, and
    hardly a sample of those who talk."""
    limit, speed = 16, 150_000
    sender = os.path.join(os.path.abspath(sys.argv[1]), "load_sender")
    with Veth() as net, Place() as place:
        capture = Capture(net.b, "-i", "eth0", "-q", "-B", "64M", "--records",
                          place.path, "--metrics", "auto", "--metrics-by",
                          "service", "--flow-memory", "%dM" % limit)
        base = anonymous(capture.process.pid)
        with Talk(net) as talk:
            time.sleep(0.5)
            out = subprocess.run(
                ["ip", "netns", "exec", net.a.name, sender, "eth0", "0",
                 str(syns), str(speed), "syns"], check=True,
                capture_output=True, text=True).stdout
            rig.expect(int(out.split()[0]) == syns, out)
        time.sleep(2.5)
        most, page = anonymous(capture.process.pid), scrape(net)
        capture.stop()
        records = place.records()
        rig.expect(talk.failed == 0, "%d connections failed" % talk.failed)
        dropped = value(page,
                        'netlat_capture_packets_dropped_total{where="kernel"}')
        rig.expect(dropped == 0, "%d packets were dropped" % dropped)
        taken = value(page, 'netlat_capture_packets_total{verdict="tcp"}')
        rig.expect(taken > syns, "%d packets" % taken)
        rig.expect(most < base + limit + 16,
                   "%.0f MiB after %.0f at first" % (most, base))
        samples = value(page, "netlat_request_service_seconds_count{src_zone="
                        '"unknown",dst_zone="unknown",zone_relation="unknown",'
                        'service="10.0.0.2:80"}')
        rig.expect(talk.asked > 500, "%d requests: no test" % talk.asked)
        rig.expect(0.999 * talk.asked <= samples <= talk.asked,
                   "%d samples of %d requests" % (samples, talk.asked))
        told = sum(f["server_ip"] == "192.0.2.1"
                   for f in of_type(records, "flow"))
        lost = of_type(records, "lost")
        rig.expect({r["where"] for r in lost}
                   == {"attempts that nobody answered"}, str(lost[:9]))
        rig.expect(told + sum(r["records"] for r in lost) == syns,
                   "%d told and %s lost of %d" % (told, lost, syns))


CONFIG = """
interfaces = ["eth0"]
zones = ["%(place)s/zones.csv"]
objectives = ["zone:* p99 < %(limit)dms"]
socket = "%(place)s/socket"
flow_memory = "8M"
[records]
directory = "%(place)s"
file_size = "64k"
quota = "512k"
[recorder]
directory = "%(place)s"
keep = "2M"
quota = "3M"
[metrics]
listen = "9469"
"""


class Sizes:
    """Memory and open files of the processes of a capture, over time."""

    def __init__(self, capture):
        self.pids = (capture.process.pid, capture.publisher())
        self.rows = []

    def take(self):
        self.rows.append([(anonymous(pid), len(os.listdir("/proc/%d/fd" % pid)))
                          for pid in self.pids])

    def expect_bounded(self):
        """8 MiB of connections, 2 of the recorder, 4 of records for readers,
        and what a program has anyway."""
        most = max(max(size for size, _ in row) for row in self.rows)
        rig.expect(most < 8 + 2 + 4 + 8, "%.1f MiB" % most)
        if len(self.rows) > 120:
            self.expect_flat()

    def expect_flat(self):
        """Buffers are as long as they will be after half a minute."""
        half = len(self.rows) // 2
        for which, name in enumerate(("measuring", "publishing")):
            early, late = ([max(row[which][i] for row in rows) for i in (0, 1)]
                           for rows in (self.rows[half // 2:half],
                                        self.rows[half:]))
            rig.expect(late[0] <= early[0] + 1,
                       "the %s process grew from %.1f to %.1f MiB"
                       % (name, early[0], late[0]))
            rig.expect(late[1] <= early[1] + 1,
                       "the %s process has %d open files, had %d"
                       % (name, late[1], early[1]))


def check_steady(seconds=16):
    """Connections come and go, links flap, the configuration is read again,
    readers attach, scrapes hang, recordings are asked for: nothing grows."""
    with Veth() as net, Place() as place:
        place.file("zones.csv", MAP)

        def configure(limit):
            return place.file("c.toml", CONFIG % {"place": place.path,
                                                  "limit": limit})
        capture = Capture(net.b, "-c", configure(5))
        sizes, readers, stuck, reloads = Sizes(capture), [], [], 0
        capture.wait(lambda: ready(net), "no first second")
        with Talk(net, rest=0.002) as talk:
            for second in range(1, seconds + 1):
                time.sleep(1)
                if second % 7 == 2 and second < seconds - 2:
                    reloads += 1
                    configure(5 + second % 3)
                    capture.process.send_signal(signal.SIGHUP)
                if second % 5 == 3:
                    net.b.ip("link", "set", "eth0", "down")
                    net.b.ip("link", "set", "eth0", "up")
                if second % 11 == 4:
                    capture.process.send_signal(signal.SIGUSR2)
                readers = readers[-5:] + [Reader(place.path + "/socket", 4096)]
                idle = net.b.socket(socket.SOCK_STREAM)
                idle.connect(("127.0.0.1", 9469))
                stuck = stuck[-5:] + [idle]
                page = scrape(net)
                sizes.take()
        kept = sum(os.path.getsize(p)
                   for p in glob.glob(place.path + "/netlat-*"))
        rig.expect(kept <= 512 << 10, "%d octets of records" % kept)
        flights = glob.glob(place.path + "/flight-*")
        kept = sum(os.path.getsize(p) for p in flights)
        rig.expect(flights and kept <= 3 << 20, "%d octets of recordings in %s"
                   % (kept, flights))
        rig.expect('packets_dropped_total{where="kernel"} 0\n' in page,
                   "packets were dropped")
        sizes.expect_bounded()
        again = sum("was read again" in s for s in capture.said)
        rig.expect(again == reloads, "%d of %d reloads" % (again, reloads))
        capture.stop()
        rig.expect(talk.asked > 20 * seconds, "%d requests: no test"
                   % talk.asked)
