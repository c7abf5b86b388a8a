"""Prometheus and VictoriaMetrics inside a namespace, and what they answer."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.parse


class NotAnswered(ValueError):
    pass


def missing(*programs):
    return [p for p in programs if shutil.which(p) is None]


def inside(host, *words, **more):
    return subprocess.run(["ip", "netns", "exec", host.name, *words],
                          capture_output=True, text=True, timeout=10, **more)


def curl(host, path, *words, port=9469):
    """Status and body; status 0 if nothing came."""
    done = inside(host, "curl", "-s", "-m", "3", "-w", "\n%{http_code}",
                  *words, "http://127.0.0.1:%d%s" % (port, path))
    body, _, status = done.stdout.rpartition("\n")
    return int(status or 0), body


class Server:
    """One of them; ends with the with statement."""

    def __init__(self, host, port, words):
        self.host, self.port = host, port
        self.folder = tempfile.mkdtemp(prefix="netlat-metrics-")
        self.log = open(os.path.join(self.folder, "log"), "w",
                        encoding="utf-8")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", host.name, *words(self.folder)],
            stdout=self.log, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def query(self, expression):
        """The first value, or None."""
        status, body = curl(
            self.host, "/api/v1/query?query="
            + urllib.parse.quote(expression), port=self.port)
        if status != 200:
            return None
        result = json.loads(body)["data"]["result"]
        return float(result[0]["value"][1]) if result else None

    def wait(self, expression, good, seconds=25):
        """Until the value of the expression is good."""
        end = time.monotonic() + seconds
        while True:
            value = self.query(expression)
            if value is not None and good(value):
                return value
            if time.monotonic() >= end:
                raise NotAnswered("%s is %s" % (expression, value))
            time.sleep(0.3)


SCRAPES = """
scrape_configs:
  - job_name: netlat
    scrape_interval: 1s
    static_configs: [{targets: ["127.0.0.1:%d"]}]
"""


def prometheus(host, port, target):
    def words(folder):
        config = os.path.join(folder, "prometheus.yml")
        with open(config, "w", encoding="ascii") as out:
            out.write(SCRAPES % target)
        return ["prometheus", "--config.file=" + config,
                "--storage.tsdb.path=" + folder,
                "--web.listen-address=127.0.0.1:%d" % port,
                "--web.enable-remote-write-receiver",
                "--enable-feature=native-histograms,exemplar-storage"]
    return Server(host, port, words)


def victoria(host, port, target):
    def words(folder):
        config = os.path.join(folder, "scrape.yml")
        with open(config, "w", encoding="ascii") as out:
            out.write(SCRAPES % target)
        return ["victoria-metrics", "-httpListenAddr=127.0.0.1:%d" % port,
                "-storageDataPath=" + folder,
                "-promscrape.config=" + config,
                "-search.latencyOffset=0s"]
    return Server(host, port, words)
