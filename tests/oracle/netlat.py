"""What netlat makes of a capture: its records, by type."""
import collections
import json
import subprocess

from captures import NETLAT

Answer = collections.namedtuple(
    "Answer", "status captures segments flows records stderr")


# tshark and tcptrace know no tunnels in a key and end no silent connection:
# what is compared has to be the same thing on both sides.
LIKE_THEM = ["--key-no-vni", "--idle-split", str(365 * 86400)]


def analyze(path):
    """The records of `netlat analyze --segments`; segments by frame."""
    done = subprocess.run([NETLAT, "analyze", "--segments", *LIKE_THEM, path],
                          capture_output=True, timeout=120)
    by_type = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        record = json.loads(line)
        by_type[record["type"]].append(record)
    return Answer(done.returncode, by_type["capture"],
                  {s["frame"]: s for s in by_type["segment"]},
                  {f["id"]: f for f in by_type["flow"]}, by_type,
                  done.stderr.decode())
