"""Views, keys and what is printed without a terminal."""
import json
import os
import re
import subprocess
import tempfile

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
