"""The wire's log: what it did to every packet of a run."""
import collections
import csv


class WireLog:
    """TCP packets by piece of wire (its two devices) and by direction of the
    connection (src, sport, dst, dport)."""

    def __init__(self, path):
        self.dropped = collections.Counter()
        self.tcp = 0
        last_arrival = {}
        drops = []
        with open(path) as text:
            for row in csv.DictReader(text, delimiter="\t"):
                if row["proto"] == "tcp":
                    self._row(row, drops, last_arrival)
        for place, time in drops:
            # Where nothing arrived after it, nothing could show it.
            if time < last_arrival.get(place, 0):
                self.dropped[place] += 1

    def _row(self, row, drops, last_arrival):
        place = (row["pair"], (row["src"], int(row["sport"]), row["dst"],
                               int(row["dport"])))
        time = int(row["time_ns"])
        self.tcp += 1
        if row["verdict"] == "drop" and "S" not in row["flags"]:
            drops.append((place, time))
        if row["out_ns"] and row["verdict"] != "rst":
            last_arrival[place] = max(last_arrival.get(place, 0), time)
