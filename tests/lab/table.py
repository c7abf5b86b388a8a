"""The score as a table: a line a run, and below it whatever was wrong."""
import threading

import score as scores



class Table:
    """Prints rows as runs end, from any thread."""

    def __init__(self, out):
        self.out = out
        self.lock = threading.Lock()
        self.runs = self.right = self.checks = 0
        self._line("scenario", "variant", "sent again", "lost before tap",
                   "causes", "checks")

    def _line(self, *cells):
        print("%-22s %-7s %-11s %-16s %-28s %s" % cells, file=self.out,
              flush=True)

    def add(self, run, result):
        with self.lock:
            self.runs += 1
            if not isinstance(result, scores.Score):
                self._line(run.scenario.name, run.variant.name, "", "", "",
                           "no run: %s" % result)
                return
            self.right += result.right()
            self.checks += len(result.checks)
            good = sum(check.right for check in result.checks)
            self._line(run.scenario.name, run.variant.name,
                       pairs(result, " sent again"),
                       pairs(result, "lost before"), causes(result),
                       "%d/%d%s" % (good, len(result.checks),
                                    "" if result.right() else " WRONG"))
            for check in result.checks:
                if not check.right:
                    print("    %s: true %s, netlat %s" % check[:3],
                          file=self.out, flush=True)

    def close(self):
        """The last line; whether everything was right."""
        print("%d of %d runs right, %d checks" %
              (self.right, self.runs, self.checks), file=self.out)
        return self.runs > 0 and self.right == self.runs


def pairs(result, word):
    """netlat's figure over the true one, for each tap: 3/3 0/0."""
    return " ".join("%s/%s" % (check.said, check.truth)
                    for check in result.checks if word in check.name)


def causes(result):
    return "; ".join(check.said for check in result.checks
                     if check.name.endswith(" causes") and
                     check.said != "none") or "none"
