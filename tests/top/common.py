"""What the checks of netlat top share."""
import json
import os
import subprocess

from terminal import ROOT

TOP = os.path.join(ROOT, "build", "netlat-top")
DEMO = os.path.join(ROOT, "pcaps", "demo.pcap.zst")
REPLAY = "%s -r %s --speed 1000" % (TOP, DEMO)


class Failed(Exception):
    pass


def expect(true, why):
    if not true:
        raise Failed(why)


def once(*words, **environment):
    return subprocess.run(
        [TOP, *words], capture_output=True, text=True, timeout=30,
        env=dict(os.environ, TZ="UTC", **environment))


def interval(second, server="10.0.0.7:443", **more):
    none = {"n": 0, "sum_ns": 0, "min_ns": None, "max_ns": None, "scale": 5,
            "offset": 0, "counts": []}
    some = {"n": 200, "sum_ns": 10 ** 8, "min_ns": 400000, "max_ns": 600000,
            "scale": 5, "offset": -355, "counts": [100, 50, 50]}
    record = {
        "type": "interval", "v": 1, "start_us": second * 10 ** 6,
        "end_us": (second + 1) * 10 ** 6,
        "key": {"client_zone": None, "server_zone": None, "server": server},
        "rtt": {"server": some, "client": none}, "service": some,
        "turns": none, "handshake": none, "packets": 800, "bytes": 90000,
        "segments": 400, "retransmits": 0, "lost": 0, "connects": 1,
        "connect_failures": 0, "kernel_drops": 0, "interface_drops": None,
        "tainted": False}
    record.update(more)
    return json.dumps(record) + "\n"


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def child_pids(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as f:
        return [int(word) for word in f.read().split()]
