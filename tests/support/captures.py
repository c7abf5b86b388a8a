"""Finds the public captures and what their manifest says of each.

They are not part of the project: the directory named by NETLAT_PCAPS, or one
called pcaps beside the project with a MANIFEST.tsv in it, holds them.
"""
import collections
import csv
import glob
import multiprocessing
import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
NETLAT = os.path.join(ROOT, "build", "netlat")

Capture = collections.namedtuple(
    "Capture", "name path packets open tcp_frames link tags sha256")


def directory():
    """Where the captures are, or None."""
    wanted = os.environ.get("NETLAT_PCAPS")
    beside = glob.glob(os.path.join(os.path.dirname(ROOT), "*", "pcaps",
                                    "MANIFEST.tsv"))
    for manifest in [os.path.join(wanted, "MANIFEST.tsv")] if wanted \
            else sorted(beside):
        if os.path.exists(manifest):
            return os.path.dirname(manifest)
    return None


def public(where):
    """Every capture of the manifest, in its order."""
    out = []
    with open(os.path.join(where, "MANIFEST.tsv"), newline="") as f:
        for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            path = os.path.join(where, "public", row["path"])
            tags = dict((t.replace("=", ":").split(":") + ["1"])[:2]
                        for t in (row["tags"] or "").split(",") if t)
            out.append(Capture(row["path"], path, int(row["packets"]),
                               row["open"], int(row["tcp_frames"]),
                               row["linktype"], tags, row["sha256"]))
    return out


def in_parallel(work, items):
    """work(item) for every item on every processor, in order; the workers are
    forked, so `work` must be a function of a module."""
    with multiprocessing.Pool(os.cpu_count()) as pool:
        yield from pool.imap(work, items, chunksize=4)
