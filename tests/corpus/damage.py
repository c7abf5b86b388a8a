"""Makes cut and changed copies of captures, the same ones for the same seed."""
import collections
import os
import random


def kinds(captures):
    """Captures grouped by file format and link type, so that a rare kind is
    damaged as often as a common one."""
    out = collections.defaultdict(list)
    for capture in captures:
        end = os.path.splitext(capture.name)[1]
        out[end, capture.link].append(capture)
    return out


def chosen(captures, total, seed):
    """`total` captures, one of each kind in turn."""
    chance = random.Random(seed)
    groups = [chance.sample(g, len(g)) for _, g in
              sorted(kinds(captures).items())]
    out = []
    for turn in range(max(len(g) for g in groups)):
        out += [g[turn] for g in groups if turn < len(g)]
    while len(out) < total:
        out += out
    return out[:total]


def changed(octets, chance):
    """A cut, some octets replaced, or a stretch repeated or left out."""
    how = chance.choice(["cut", "octets", "octets", "repeat", "omit"])
    at = chance.randrange(len(octets))
    if how == "cut":
        return how, octets[:at]
    if how == "octets":
        out = bytearray(octets)
        # Lengths stand in the first octets of the file and of each record.
        reach = chance.choice([64, 1024, len(octets)])
        for _ in range(chance.choice([1, 4, 16, 64])):
            out[chance.randrange(min(reach, len(octets)))] = \
                chance.randrange(256)
        return how, bytes(out)
    length = chance.choice([1, 4, 16, 300])
    if how == "repeat":
        return how, octets[:at] + octets[at:at + length] * 2 + \
            octets[at + length:]
    return how, octets[:at] + octets[at + length:]


def copy(capture, number, seed, directory):
    """Writes copy `number` of `seed`; its path and what was done."""
    with open(capture.path, "rb") as f:
        octets = f.read()
    chance = random.Random("%d/%d/%s" % (seed, number, capture.name))
    how, out = changed(octets, chance) if octets else ("empty", b"")
    path = os.path.join(directory, "%d" % number)
    with open(path, "wb") as f:
        f.write(out)
    return path, how
