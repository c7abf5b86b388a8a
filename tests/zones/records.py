"""Every record of netlat zones, and of netlat analyze with a map, held against
its schema, for tests/zones/check: needs the files of its other checks."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "support"))
import schemas

COMMANDS = [
    ["zones", "show", "--zones", "all.csv", "-q", "--json", "10.20.17.9",
     "8.8.8.8", "10.244.3.17"],
    ["zones", "lint", "--json", "all.csv"],
    ["zones", "lint", "--json", "broken.csv"],
    ["zones", "lint", "--json", "one.csv", "--against", "far.pcap"],
    ["zones", "lint", "--json", "one-end.csv", "--against", "far.pcap"],
    ["analyze", "--json", "--zones", "apart.csv", "far.pcap"],
    ["analyze", "--json", "--zones", "expected.csv", "far.pcap"],
]
TYPES = {"zone", "zone_finding", "zone_address", "problem", "zones",
         "interval", "flow"}


def check(netlat, environment):
    seen = set()
    for command in COMMANDS:
        done = subprocess.run([netlat] + command, capture_output=True,
                              timeout=20, env=environment())
        for line in done.stdout.splitlines():
            record = schemas.parse(line)
            bad = schemas.problems(netlat, record)
            if bad:
                return str(bad)
            seen.add(record["type"])
    return "" if TYPES <= seen else "missing: %s" % (TYPES - seen)
