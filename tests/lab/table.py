"""The score as a table: a line a scenario, and below it whatever was wrong.

Figures are netlat's over the true ones, summed over the variants and the taps
of a scenario.  Where netlat said that its count of lost packets is a lower
bound, the sum stands apart: `4/4 0/3+` is four of four where it counts every
packet, and at least 0 where three were lost.
"""
import collections
import sys
import threading

import score as scores

LINE = "%-22s %-9s %-12s %-18s %s"


class Row:
    def __init__(self):
        self.runs = self.right = 0
        self.sent = [0, 0]
        self.lost = [0, 0]
        self.bound = [0, 0]
        self.causes = collections.Counter()
        self.wrong = []

    def add(self, run, result):
        self.runs += 1
        if not isinstance(result, scores.Score):
            self.wrong.append("%s: no run: %s" % (run.name, result))
            return
        self.right += result.right()
        for check in result.checks:
            if check.name.endswith(" sent again"):
                self._sum(self.sent, check.said, check.truth)
            elif check.name.startswith("lost before"):
                bound = str(check.said).startswith(">=")
                self._sum(self.bound if bound else self.lost,
                          int(str(check.said).lstrip(">=")), check.truth)
            elif check.name.endswith(" causes") and check.said != "none":
                words = check.said.split()
                for cause, count in zip(words[::2], words[1::2]):
                    self.causes[cause] += int(count)
            if not check.right:
                self.wrong.append("%s: %s: true %s, netlat %s" %
                                  ((run.name,) + check[:3]))

    @staticmethod
    def _sum(pair, said, truth):
        pair[0] += said
        pair[1] += truth

    def cells(self, name):
        lost = "%d/%d" % tuple(self.lost)
        if self.bound[1]:
            lost += " %d/%d+" % tuple(self.bound)
        return (name, "%d/%d" % (self.right, self.runs),
                "%d/%d" % tuple(self.sent), lost,
                " ".join("%s %d" % pair for pair in self.causes.items()))


class Table:
    """Takes results from any thread; prints when all are there."""

    def __init__(self, out):
        self.out = out
        self.lock = threading.Lock()
        self.rows = collections.defaultdict(Row)
        self.checks = 0

    def add(self, run, result):
        with self.lock:
            self.rows[run.scenario.name].add(run, result)
            if isinstance(result, scores.Score):
                self.checks += len(result.checks)
            if sys.stderr.isatty():
                print("\r\033[K%s" % run.name, end="", file=sys.stderr)

    def close(self, repeated):
        """Prints the table; whether everything was right.  `repeated` runs
        had been made again."""
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
        self._print(LINE % ("scenario", "right", "sent again",
                            "lost before tap", "causes"))
        for name in sorted(self.rows):
            row = self.rows[name]
            self._print(LINE % row.cells(name))
            for what in row.wrong:
                self._print("    WRONG " + what)
        runs = sum(row.runs for row in self.rows.values())
        right = sum(row.right for row in self.rows.values())
        self._print("%d of %d runs right, %d checks" %
                    (right, runs, self.checks))
        if repeated:
            self._print("%d made again: the machine had disturbed them" %
                        repeated)
        return runs > 0 and right == runs

    def _print(self, line):
        print(line.rstrip(), file=self.out, flush=True)
