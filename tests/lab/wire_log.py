"""The wire's log: what it did to every packet of a run."""
import collections
import csv


class WireLog:
    """Counts and delays by connection direction (src, sport, dst, dport)."""

    def __init__(self, path):
        self.dropped = collections.Counter()
        self.handshake_dropped = collections.Counter()
        self.copies = collections.Counter()
        self.entered = collections.Counter()
        self.delays = collections.defaultdict(list)
        last_arrival = {}
        drops = []
        with open(path) as text:
            for row in csv.DictReader(text, delimiter="\t"):
                if row["proto"] != "6":
                    continue
                self._row(row, drops, last_arrival)
        for key, time, handshake in drops:
            # Nothing arrived after it, so nothing here could show it.
            if time > last_arrival.get(key, 0):
                continue
            (self.handshake_dropped if handshake else self.dropped)[key] += 1

    def _row(self, row, drops, last_arrival):
        key = (row["src"], int(row["sport"]), row["dst"], int(row["dport"]))
        time = int(row["time_ns"])
        verdict = row["verdict"]
        if verdict == "drop":
            drops.append((key, time, "S" in row["flags"]))
        elif verdict == "copy":
            self.copies[key] += 1
            return
        elif row["out_ns"]:
            last_arrival[key] = max(last_arrival.get(key, 0), time)
            if verdict == "pass":
                self.delays[row["pair"]].append(int(row["out_ns"]) - time)
        self.entered[key] += 1

    def median_delay_ns(self, pair):
        values = sorted(self.delays[pair])
        return values[len(values) // 2] if values else None
