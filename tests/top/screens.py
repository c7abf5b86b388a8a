"""Views, keys and what is printed without a terminal."""
import gzip
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import time

from common import DEMO, REPLAY, TOP, expect, interval, once
from terminal import Terminal


def check_every_view():
    with Terminal(80, 24, REPLAY) as t:
        t.wait("ENDED")
        marks = {"1": "10.20.2.40:5432", "2": "WHAT HAPPENED",
                 "3": "No zones are known", "4": "No path has been probed",
                 "5": "refuses connections", "6": "NETWORK RTT of"}
        for key, mark in marks.items():
            t.keys(key)
            t.wait(mark)
            t.keys("?")
            t.wait("Quit")
            t.keys("?")
        t.keys("q")
        t.wait_end()


def check_drill_down():
    with Terminal(100, 30, REPLAY) as t:
        t.wait("ENDED")
        t.keys("g", "Enter")
        t.wait(r"\[2 Flows\]")
        text = t.wait(r"pass /dst:10\.20\.2\.40:\d+")
        server = re.search(r"/dst:([0-9.:]+)", text).group(1)
        lines = text.splitlines()
        rows = [r for r in lines if re.match(r"[ ~!]10\.20\.1\.17", r)]
        expect(rows and all(server in r for r in rows), "rows of others")
        t.keys("Enter")
        t.wait("TIMES of the whole connection")
        text = t.wait("RTT to server over time")
        expect(re.search(r"marks +X", text), "no mark of the loss")
        t.keys("m", "m")
        t.wait("SLOWEST of [0-9]+ turns")
        t.keys("m")
        t.wait("RTT to client, ms")
        t.keys("Escape")
        t.wait("WHAT HAPPENED")


def check_filter():
    with Terminal(100, 30, REPLAY) as t:
        t.wait("ENDED")
        t.keys("2", "/")
        t.type("port:8081")
        t.keys("Enter")
        text = t.wait("pass /port:8081")
        expect("10.20.2.40:443 " not in text, "the filter lets others pass")
        t.keys("/", "C-u")
        t.type("p99>")
        t.wait(r"10\.20\.2\.40:443")       # incomplete: filters nothing
        t.type("x")
        t.wait("column 5")
        t.keys("Escape")
        t.wait("pass /port:8081")
        t.keys("Escape")
        t.wait(r"10\.20\.2\.40:443")


def check_pause_and_time():
    with Terminal(80, 24, TOP + " -r %s --speed 1" % DEMO) as t:
        t.wait(r"11:45:5\d|\d\d:\d\d:5\d")
        t.keys("p")
        t.wait("PAUSED")
        t.keys("p")
        t.wait("REPLAY")
        t.keys("b")
        t.wait("ENDED")
        t.keys("[", "T")
        t.wait("PAST")
        t.keys("t", "t")
        t.wait("ENDED")
    with Terminal(80, 24, TOP + " -r %s" % DEMO) as t:
        t.wait(r"REPLAY  11:45:4[789]")
        t.keys("t")                     # ten seconds on, at once
        t.wait(r"11:45:5[789]", 1.5)



def check_leaves_screen():
    with Terminal(80, 40, "env PS1='shell>' bash --norc -i") as t:
        t.wait("shell>")
        t.type("echo before-$((40+2)); " + REPLAY)
        t.keys("Enter")
        t.wait("ENDED")
        t.keys("q")
        text = t.wait("(?s)before-42.*shell>")
        expect("ENDED" not in text, "the screen stayed after q")
        t.type(REPLAY)
        t.keys("Enter")
        t.wait("ENDED")
        t.keys("Q")
        t.wait(r"(?s)CONNECTIONS.*shell>")


def check_save():
    """The screen, and the packets of the selected connection."""
    with tempfile.TemporaryDirectory() as directory, \
            Terminal(100, 30, "env -C %s %s" % (directory, REPLAY)) as t:
        os.chmod(directory, 0o777)
        t.wait("ENDED")
        t.keys("2", "w")
        told = t.wait(r"([\d,]+) packets written: (netlat-top-\S+\.pcapng)")
        said = re.search(r"([\d,]+) packets written: (\S+)", told)
        names = os.listdir(directory)
        expect(any(n.endswith(".txt") for n in names), names)
        done = subprocess.run(
            [os.path.join(os.path.dirname(TOP), "netlat-analyze"), "--json",
             os.path.join(directory, said.group(2))],
            capture_output=True, text=True, timeout=20, check=True)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        flows = [r for r in records if r["type"] == "flow"]
        row = re.search(r"\n[ ~!](\S+):(\d+) +(\S+):(\d+) ", told).groups()
        expect([(f["client_ip"], str(f["client_port"]), f["server_ip"],
                 str(f["server_port"])) for f in flows] == [row], flows)
        expect("%s" % records[0]["packets"]
               == said.group(1).replace(",", ""), records[0])
        t.keys("w")
        t.wait("File exists")           # nothing is overwritten


def demo_records():
    """The demo's file header, and its packets: (seconds, rest of record)."""
    plain = subprocess.run(
        ["zstd", "-dc", DEMO], capture_output=True, check=True).stdout
    expect(plain[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"),
           "the demo is of another kind")
    at, records = 24, []
    while at < len(plain):
        seconds, _, length = struct.unpack_from("<III", plain, at)
        records.append((seconds, plain[at + 4:at + 16 + length]))
        at += 16 + length
    return plain[:24], records


def write_packets(path, header, records, then=b""):
    with gzip.open(path, "wb", 1) as file:
        file.write(header)
        for seconds, rest in records:
            file.write(struct.pack("<I", seconds) + rest)
    with open(path, "ab") as file:
        file.write(then)


def check_save_ends_early():
    """Who quits does not wait for the rest of the file to be read."""
    if not shutil.which("zstd"):
        return "zstd is not installed"
    with tempfile.TemporaryDirectory() as directory:
        header, records = demo_records()
        # Behind the demo's packets so many others that reading them takes long.
        arp = b"\xff" * 12 + b"\x08\x06" + bytes(46)
        other = struct.pack("<IIII", records[-1][0], 0, len(arp), len(arp))
        write_packets(os.path.join(directory, "slow.pcap.gz"), header, records,
                      gzip.compress((other + arp) * 500_000, 1) * 80)
        os.chmod(directory, 0o777)
        with Terminal(100, 30, "env -C %s %s -r slow.pcap.gz --speed 1000"
                      % (directory, TOP)) as t:
            t.wait("ENDED", 30)
            t.keys("2", "w")
            began = time.monotonic()
            told = t.wait(r"packets written: (netlat-top-\S+\.pcapng)", 30)
            whole = time.monotonic() - began
            expect(whole > 0.5, "read within %.1f s" % whole)
            name = re.search(r"written: (netlat\S+pcapng)", told).group(1)
            os.remove(os.path.join(directory, name))
            t.keys("w")
            t.wait("reading the file for its packets")
            began = time.monotonic()
            t.keys("q")
            t.wait_end()
            took = time.monotonic() - began
            expect(took < whole / 2, "%.1f s to quit, of %.1f" % (took, whole))
            expect(name not in os.listdir(directory), "half a file is left")
    return None


def check_save_of_damage():
    """What a damaged file still has is written, and told of the damage."""
    with open(DEMO, "rb") as file:
        demo = file.read()
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "cut.pcap.zst"), "wb") as file:
            file.write(demo[:len(demo) // 2])
        os.chmod(directory, 0o777)
        with Terminal(160, 30, "env -C %s %s -r cut.pcap.zst --speed 1000"
                      % (directory, TOP)) as t:
            t.wait(r"(?s)ENDED.*\n cut\.pcap\.zst: cut off in record")
            t.keys("2", "w")
            t.wait(r"packets written: \S+\.pcapng; cut\.pcap\.zst: cut off")
            t.keys("q")
            t.wait_end()
        done = once("-r", os.path.join(directory, "cut.pcap.zst"), "--once")
        expect(done.returncode == 3 and "10.20.2.40" in done.stdout
               and "cut off in record" in done.stderr, done.stderr)


def check_save_of_nothing():
    """A time without packets of the connection leaves no file."""
    if not shutil.which("zstd"):
        return "zstd is not installed"
    with tempfile.TemporaryDirectory() as directory:
        header, records = demo_records()
        middle = (records[0][0] + records[-1][0]) // 2
        write_packets(os.path.join(directory, "two.pcap.gz"), header,
                      [(s + 60 * (s > middle), rest) for s, rest in records])
        os.chmod(directory, 0o777)
        with Terminal(160, 30, "env -C %s %s -r two.pcap.gz --speed 1000 "
                      "--window 10s --view flows --where port:12120"
                      % (directory, TOP)) as t:
            t.wait("ENDED")
            t.keys("T")
            t.wait("PAST")
            t.keys("w")
            t.wait("no packet of it was found: nothing is written")
            left = [n for n in os.listdir(directory) if n.endswith(".pcapng")]
            expect(not left, left)
    return None


def check_save_records():
    """What is written of a stream shows the same once more."""
    with tempfile.TemporaryDirectory() as directory:
        lines = [interval(1000 + i, packets=100 * i) for i in range(90)]
        with open(os.path.join(directory, "in"), "w",
                  encoding="ascii") as file:
            file.write("".join(lines))
        os.chmod(directory, 0o777)
        with Terminal(120, 30, "sh -c 'cd %s; (cat in; sleep 20) | %s -'"
                      % (directory, TOP)) as t:
            t.wait(r"LIVE +1970-01-01 00:18:10")
            t.keys("w")
            t.wait(r"\.ndjson: records from 00:17:10 to 00:18:10")
        name = [n for n in os.listdir(directory) if n.endswith(".ndjson")][0]
        with open(os.path.join(directory, name), encoding="ascii") as file:
            kept = file.read()
        expect(kept == "".join(lines[30:]), "%d octets" % len(kept))
        again = subprocess.run([TOP, "--once", "-"], input=kept, text=True,
                               capture_output=True, timeout=20, check=True)
        whole = subprocess.run([TOP, "--once", "-"], input="".join(lines),
                               text=True, capture_output=True, timeout=20,
                               check=True)
        row = r"\n.10\.0\.0\.7:443 +\S+ +\S+ +\S+ +\S+"
        expect(re.search(row, again.stdout).group()
               == re.search(row, whole.stdout).group(), again.stdout)


def check_findings():
    """A finding of the input is an event with its evidence."""
    finding = json.dumps({
        "type": "finding", "v": 1, "cause": "net.loss",
        "title": "packet loss on the path", "start_us": 3 * 10 ** 6,
        "end_us": 5 * 10 ** 6, "scope": {"dimension": "zone_pair",
                                         "value": "az1 > az2"},
        "score": 0.93, "evidence": [{"frame": 812, "what": "IP-ID gap"}],
        "contradicts": ["the server"], "advice": "probe the path"})
    done = subprocess.run(
        [TOP, "--once", "--view", "events", "-"], text=True, timeout=20,
        input="".join(interval(i) for i in range(8)) + finding + "\n",
        capture_output=True, check=True)
    for said in ("az1 > az2", "packet loss on the path",
                 "net.loss, score 0.93", "frame 812: IP-ID gap",
                 "not: the server", "do: probe the path"):
        expect(said in done.stdout, done.stdout)


def check_once():
    done = once("-r", DEMO, "--once", "--size", "120x40")
    expect(done.returncode == 0, done.stderr)
    lines = done.stdout.splitlines()
    expect(len(lines) == 40 and max(map(len, lines)) <= 120, "wrong size")
    expect("10.20.2.40:5432" in done.stdout, "no service")
    for words in ([], ["-r", DEMO, "-"], ["--view", "x", "-"],
                  ["--slo", "p99", "-"], ["--where", "p99>", "-"],
                  ["--window", "7s", "-"], ["--size", "80", "-"]):
        refused = once("--once", *words)
        expect(refused.returncode == 2, words)
        expect(len(refused.stderr.splitlines()) == 1, refused.stderr)


def check_nothing_to_draw():
    """What cannot be opened is one line and a status, and no screen."""
    missing = "netlat top: /nonexistent.pcap: no such file"
    cases = [("-r /nonexistent.pcap", missing, 3),
             ("-r %s" % __file__, "is text, not a capture", 3),
             ("-i nosuch", "no interface nosuch", 2),
             ("--attach /nonexistent/socket", "is there a netlat capture", 3),
             ("/nonexistent", "source /nonexistent: write - ", 2),
             ("--scope x - </dev/null", "--scope go with -i and -r", 2),
             ("- </dev/null", "no record came", 3)]
    for words, says, status in cases:
        with Terminal(200, 10, "sh -c '%s %s; echo status $?; sleep 9'"
                      % (TOP, words)) as t:
            text = t.wait(r"status \d").rstrip()
            lines = text.splitlines()
            expect(len(lines) == 2 and says in lines[0]
                   and lines[1] == "status %d" % status, text)
        done = subprocess.run("%s --once %s" % (TOP, words), shell=True,
                              capture_output=True, text=True, timeout=20)
        expect(done.stdout == "" and done.returncode == status
               and len(done.stderr.splitlines()) == 1, done.stderr)


def check_hostile_records():
    lines = [interval(0, server="\x1b]0;owned\x07\u202e10.0.0.7:443"),
             "no json\n", "[1,2]\n", "{\"type\":7}\n", "\n",
             "{\"type\":\"interval\",\"v\":1}\n",
             interval(1, rtt={"server": {"n": 3, "scale": 99, "counts": [9]}}),
             interval(2)[:-30] + "\n", interval(3)]
    done = subprocess.run([TOP, "--once", "-"], input="".join(lines),
                          capture_output=True, text=True, timeout=20)
    expect(done.returncode == 0, done.stderr)
    expect("\x1b" not in done.stdout and "\u202e" not in done.stdout,
           "an escape sequence came through")
    expect("10.0.0.7:443" in done.stdout, "no service")
    nothing = subprocess.run([TOP, "--once", "-"], input="x\ny\n",
                             capture_output=True, text=True, timeout=20)
    expect(nothing.returncode == 3 and "no output of netlat" in nothing.stderr,
           nothing.stderr)
