"""What netlat probe --metrics tells who scrapes it."""
import collections
import os
import re
import shutil
import signal
import subprocess
import time

from rig import NOBODY, ROOT
import servers

PORT = 9471
Host = collections.namedtuple("Host", "name")


class Daemon:
    """netlat probe that serves metrics in h1, until the end of the block."""

    def __init__(self, rig, *words):
        self.process = subprocess.Popen(
            rig.network.inside(
                "h1", *NOBODY, os.path.join(ROOT, "build/netlat-probe"), "-n",
                "-q", "--metrics", str(PORT), *words),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.host = Host(rig.network.namespace("h1"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def page(self, *words):
        """/metrics, once there is one."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            status, body = servers.curl(self.host, "/metrics", *words,
                                        port=PORT)
            if status == 200:
                return body
            time.sleep(0.1)
        raise AssertionError("no page: %d %s" % (status, body))

    def stop(self):
        """Exit status and report."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=10)
        return self.process.returncode, out


def values(page):
    out = {}
    for line in page.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            out[name] = float(value)
    return out


def metrics(rig):
    """Every hop of every target is told, and nothing falls."""
    hosts = [rig.address("h2", 4), rig.address("h2", 6)]
    path = os.path.join(rig.folder, "scraped")
    with open(path, "w") as out:
        # Named twice, it is one target.
        out.write("\n".join(hosts + hosts[:1]) + "\n")
    with Daemon(rig, "--targets", path, "-i", "0.1") as daemon:
        text = daemon.page()
        opened = daemon.page("-H", "Accept: application/openmetrics-text")
        assert opened.endswith("# EOF\n"), opened[-200:]
        if shutil.which("promtool"):
            lint = subprocess.run(["promtool", "check", "metrics"], input=text,
                                  capture_output=True, text=True, timeout=10)
            assert lint.returncode == 0, lint.stderr
        before = values(text)
        time.sleep(2.5)
        after = values(daemon.page())
        status, report = daemon.stop()
    assert status == 0 and report.count("path loss 0 %") == 2, report
    for host in hosts:
        whose = 'target="%s",protocol="icmp"' % host
        for ttl, floor in ((1, 0), (2, 0), (3, 0.01), (4, 0.01)):
            rtt = after['netlat_probe_hop_rtt_seconds{%s,ttl="%d"}' % (
                whose, ttl)]
            assert floor <= rtt < floor + 0.005, (host, ttl, rtt)
            assert after['netlat_probe_hop_loss_ratio{%s,ttl="%d"}' % (
                whose, ttl)] == 0
        assert after["netlat_probe_reached{%s}" % whose] == 1
        answered = 'netlat_probe_target_probes_total{%s,outcome="answered"}' \
            % whose
        assert after[answered] > before[answered], (before, after)
        assert after["netlat_probe_rtt_seconds_count{%s}" % whose] == \
            after[answered]
    falling = [n for n in before if re.search(r"_(total|bucket|count)\b", n)
               and after[n] < before[n]]
    assert not falling, falling


def prometheus(rig):
    """A real Prometheus computes from what it scraped, native histograms
    included."""
    with Daemon(rig, "-i", "0.1", rig.address("h2", 4)) as daemon, \
            servers.prometheus(daemon.host, 9091, PORT) as server:
        server.wait("count(netlat_probe_hop_rtt_seconds)", lambda n: n == 4)
        server.wait("histogram_quantile(0.5, sum(rate("
                    "netlat_probe_rtt_seconds[10s])))",
                    lambda v: 0.0095 < v < 0.013)
