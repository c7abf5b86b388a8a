"""netlat analyze with a zone map, for tests/zones/check: needs the captures of
against.check()."""
import csv
import io
import json
import re
import subprocess

F = "far.pcap"
A = ["--zones", "apart.csv"]
# name, arguments, environment, exit status, pattern in stdout, in stderr
ROWS = [
    ("matrix", A + [F], {}, 0,
     r"client in +b\n a +2\.00 / 2\.00 / 2\.00\n", r"^$"),
    ("names-its-map", A + [F], {}, 0, r"\n map apart\.csv\n", r"^$"),
    ("default-map", [F], {"NETLAT_ZONES": "apart.csv"}, 0,
     r"\n map apart\.csv \(NETLAT_ZONES\)\n", r"^$"),
    ("no-map", [F], {}, 0, r"^(?!(.|\n)*ZONES)", r"^$"),
    ("unknown", ["--zones", "one-end.csv", F], {}, 0,
     r"unknown 0 B \(-\) for 120\s+connections, 1 address: 10\.0\.0\.2",
     r"^$"),
    ("ambiguous", ["-q", "--zones", "conflict.csv", F], {}, 0,
     r"ambiguous 0 B \(-\) for 120\s+connections, 2 addresses", r"^$"),
    ("scope", A + ["--scope", "vpc-1", F], {}, 0, r", scope vpc-1\n",
     r"^$"),
    ("expected", ["--zones", "expected.csv", F], {}, 0,
     r"EXPECT(.|\n)*!a +b +120 +- +2\.00 +0\.500 ", r"^$"),
    ("expected-of-another-time", ["--zones", "expected-late.csv", F], {}, 0,
     r"a +b +120 +- +2\.00 +~1\.50 (.|\n)*~ the cloud's figure of another",
     r"^$"),
    ("nothing-expected", A + [F], {}, 0, r"^(?!(.|\n)*EXPECT)", r"^$"),
    ("broken-expected", ["--zones", "expected-broken.csv", F], {}, 3, r"^$",
     r"expected-broken\.csv:3: write: #expected-rtt ZONE"),
    ("cost", A + ["--cost-per-gb", "0.02", F], {}, 0, r"at 0\.02 a GB", r"^$"),
    ("bad-cost", A + ["--cost-per-gb", "-1", F], {}, 2, r"^$",
     r"--cost-per-gb -1: write a price"),
    ("cost-without-map", ["--cost-per-gb", "1", F], {}, 2, r"^$",
     r"no zone map; name one with --zones"),
    ("scope-without-map", ["--scope", "v", F], {}, 2, r"^$",
     r"no zone map"),
    ("missing-map", ["--zones", "none.csv", F], {}, 3, r"^$",
     r"none\.csv: No such file"),
    ("broken-map", ["--zones", "broken.csv", F], {}, 3, r"^$",
     r"broken\.csv:3: (.|\n)*zone map is not used; mend it"),
    ("broken-default-map", [F], {"NETLAT_ZONES": "broken.csv"}, 0,
     r"NETWORK AND SERVICE TIME", r"zones are not shown"),
    ("matrix-without-map", ["--csv=zones", F], {}, 2, r"^$",
     r"--csv=zones needs a zone map"),
    ("csv-of-what", A + ["--csv=x", F], {}, 2, r"^$", r"--csv x: write"),
    ("map-before-file", ["--zones", "apart.csv", F], {}, 0, r"packets   360",
     r"^$"),
    ("where", A + ["--where", "zone:a>b", F], {}, 0, r"120   +0", r"^$"),
    ("where-other-way", A + ["--where", "zone:b>a", F], {}, 0,
     r"no TCP connections; map", r"^$"),
]


def records(text):
    by_type = {}
    for line in text.splitlines():
        record = json.loads(line)
        by_type.setdefault(record["type"], []).append(record)
    return by_type


def check_records(run):
    by_type = records(run(A + ["--json", F]))
    flow = by_type["flow"][0]
    if (flow["client_zone"], flow["server_zone"],
            flow["zone_relation"]) != ("a", "b", "cross"):
        return str(flow)
    (pair,) = by_type["interval"]
    key = pair["key"]
    if (key["client_zone"], key["server_zone"], key["relation"],
            pair["connects"], pair["rtt"]["longer"]["n"]) != (
                "a", "b", "cross", 120, 120):
        return str(pair)
    if sum(pair["rtt"]["longer"]["counts"]) != 120:
        return "the histogram does not add up"
    (zones,) = by_type["zones"]
    if (zones["maps"], zones["cross"]["connections"]) != (["apart.csv"], 120):
        return str(zones)
    (pair,) = records(run(["--zones", "expected.csv", "--json", F]))["interval"]
    if (pair["expected_rtt_ns"], pair["expected_then"]) != (500000, True):
        return str(pair)
    left = records(run(["-q", "--zones", "conflict.csv", "--json", F]))
    key = left["interval"][0]["key"]
    if (key["client_zone"], key["client_status"]) != (None, "ambiguous"):
        return str(key)
    return "" if left["flow"][0]["client_zone"] is None else "guessed"


def check_csv(run):
    rows = list(csv.DictReader(io.StringIO(run(A + ["--csv", F]))))
    said = {(r["client_zone"], r["server_zone"], r["zone_relation"])
            for r in rows}
    if said != {("a", "b", "cross")}:
        return str(said)
    (pair,) = csv.DictReader(io.StringIO(
        run(["--zones", "expected.csv", "--csv=zones", F])))
    said = [pair[k] for k in ("client_zone", "server_zone", "connections",
                              "network_n", "expected_rtt_ns")]
    return "" if said == ["a", "b", "120", "120", "500000"] else str(pair)


def check(netlat, environment, report):
    with open("one-end.csv", "w") as f:
        f.write("cidr,zone\n10.0.0.1,a\n")

    start = 1709294400 * 10 ** 6  # of the captures
    for name, lines in (
            ("expected", ["b a 500 %d %d" % (start - 1000, start + 1000),
                          "b a 9000 %d %d" % (start - 10 ** 9, start - 1)]),
            ("expected-late", ["a b 1500 %d %d" % (start + 10 ** 9,
                                                   start + 2 * 10 ** 9)]),
            ("expected-broken", ["a b soon 1 2"])):
        with open(name + ".csv", "w") as f:
            f.write("cidr,zone\n10.0.0.1,a\n" +
                    "".join("#expected-rtt %s\n" % line for line in lines) +
                    "10.0.0.2,b\n")

    def run(arguments, **more):
        return subprocess.run([netlat, "analyze"] + arguments, timeout=20,
                              capture_output=True, text=True,
                              env=environment(**more))
    for name, arguments, more, status, out, err in ROWS:
        done = run(arguments, **more)
        wrong = (done.returncode != status or not re.search(out, done.stdout)
                 or not re.search(err, done.stderr))
        report("analyze-" + name, "exit %d: %s%s" % (
            done.returncode, done.stdout, done.stderr) if wrong else "")
    report("analyze-records", check_records(lambda a: run(a).stdout))
    report("analyze-csv", check_csv(lambda a: run(a).stdout))
