"""Compares what netlat says of a run with what is true of it.

Always checked, wherever the tap stands:

  sender    retransmitted segments at the sender's tap equal the kernel's
            TcpRetransSegs of that host
            and so do keep-alives and probes of a closed window
  causes    the cause of each is that of the kernel's tracepoint nearest in
            time (with one segment in flight `tlp_or_rto` may stand for two)
  receiver  packets lost before the receiver's tap equal the wire's drops where
            netlat says its count is exact; elsewhere it says "at least", and
            then it may not say more than there were

and what the scenario expects:

  expect kernel srv TcpExtTCPFastRetrans = 1
  expect at cli s2c.lost_upstream = 1       summed over the flows at that tap
  expect at cli flows = 2
  expect at cli turns.service.p50_ns = served srv +- 0.5ms
  expect at cli rtt.server.network.p50_ns = path srv +- 0.1ms
  expect in v4,nots at srv s2c.reordered_late_original = 2

  require at cli path srv = 2ms +- 0.15ms
  require kernel srv TcpRetransSegs = 1

A percentile is taken from the flow with the most samples.  `path srv` is the
median of what the way to srv's tap and back really took (path_time.py);
`served srv` the median that the log of the server srv says it took.  What is
required is written as what is expected is, but of the path and the kernel
alone: it is no matter of netlat's, and a run in which it does not hold is one
that the machine disturbed, and is made again.
"""
import collections
import csv
import json
import subprocess

import path_time
import processes
import wire_log

Check = collections.namedtuple("Check", "name truth said right")

CAUSES = ["syn_timer", "fast", "tlp", "rto", "timeout_recovery"]
# What netlat's word may be in the kernel's.
MEANS = {"tlp_or_rto": ["tlp", "rto"]}
# Of the retransmissions, for which cause and tracepoint may differ; none of
# fewer than fifty.  Amid heavy loss the kernel's state is not always visible.
DISPUTED_SHARE = 0.02
# How far a tracepoint and its packet's capture are apart at most.
NEAR_US = 2000


class Capture:
    """netlat's records of one tap, by direction of connection."""

    def __init__(self, netlat, path):
        self.netlat = netlat
        self.path = path
        self.flows = [r for r in self._records("--json")
                      if r["type"] == "flow" and r["proto"] == "tcp"]

    def _records(self, form):
        command = [self.netlat, "analyze", form, self.path]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError("%s: exit %d: %s" % (
                " ".join(command), done.returncode, done.stderr.strip()))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def repeats(self):
        """((src, sport, dst, dport), segment) of every retransmission."""
        records = self._records("--segments")
        ends = {}
        for r in records:
            if r["type"] == "flow":
                client = (r["client_ip"], r["client_port"])
                server = (r["server_ip"], r["server_port"])
                ends[r["id"]] = {"c2s": client + server,
                                 "s2c": server + client}
        return [(ends[r["flow"]][r["dir"]], r) for r in records
                if r["type"] == "segment" and r["cause"]]

    def directions(self):
        """((src, sport, dst, dport), record of the direction, flow)."""
        for flow in self.flows:
            client = (flow["client_ip"], flow["client_port"])
            server = (flow["server_ip"], flow["server_port"])
            yield client + server, flow["c2s"], flow
            yield server + client, flow["s2c"], flow


class Score:
    def __init__(self, scenario_run, rig, truth, netlat):
        self.run = scenario_run
        self.rig = rig
        self.truth = truth
        self.checks = []
        self.wire = wire_log.WireLog(rig.path("wire.tsv"))
        if not scenario_run.scenario.scored:
            return
        self.captures = {tap.split(":")[0]: Capture(
            netlat, rig.path(tap.split(":")[0] + ".pcap"))
            for tap in scenario_run.scenario.taps}
        for tap in self.captures:
            self._tap(tap)
        # What is always true needs nothing of the machine.
        if self.right():
            for line, where in scenario_run.scenario.requirements:
                self._require(list(line), where)
        for line, where in scenario_run.scenario.expectations:
            self._expect(list(line), where)

    def right(self):
        return all(check.right for check in self.checks)

    def add(self, name, truth, said, right=None):
        self.checks.append(Check(name, truth, said,
                                 truth == said if right is None else right))

    def _is_at(self, node, address):
        return address in self.truth["addresses"][node]

    def _tap(self, tap):
        ends = [d for d in self.captures[tap].directions()]
        if not self.run.topology.nodes[tap].forwards:
            self._sender(tap, [d for d in ends if self._is_at(tap, d[0][0])])
        self._losses(tap, [d for d in ends
                           if not self._is_at(tap, d[0][0])])

    def _sender(self, tap, directions):
        said = collections.Counter()
        for _, record, _ in directions:
            said.update(record["retransmits"])
        self.add("%s sent again" % tap,
                 self.truth["counters"][tap].get("TcpRetransSegs", 0),
                 said["total"])
        true = collections.Counter(
            r["cause"] for r in self.truth["retransmissions"]
            if self._is_at(tap, r["source"][0]))
        counted = self.truth["counters"][tap]
        for field, counter in (("keepalives", "TcpExtTCPKeepAlive"),
                               ("zero_window_probes", "TcpExtTCPWinProbe")):
            self.add("%s %s" % (tap, field), counted.get(counter, 0),
                     sum(record[field] for _, record, _ in directions))
        self.add("%s causes" % tap, words(true), words(said),
                 not said["total"] or
                 len(self._disputed(tap)) <= said["total"] * DISPUTED_SHARE)

    def _disputed(self, tap):
        """Retransmissions whose cause is not the kernel's.  A buffer of
        several segments is one event there and several packets here."""
        events = collections.defaultdict(list)
        for r in self.truth["retransmissions"]:
            if self._is_at(tap, r["source"][0]):
                key = tuple(r["source"]) + tuple(r["target"])
                events[key].append((r["time"] * 1e6, r["cause"]))
        out = []
        for key, segment in self.captures[tap].repeats():
            if not self._is_at(tap, key[0]):
                continue
            time = segment["time_us"]
            nearest = min(events[key], default=None,
                          key=lambda event: abs(event[0] - time))
            if nearest is None or abs(nearest[0] - time) > NEAR_US or \
                    nearest[1] not in MEANS.get(segment["cause"],
                                                [segment["cause"]]):
                out.append((segment["frame"], segment["cause"], nearest))
        return out

    def _losses(self, tap, directions):
        """The directions into a host, or through a router."""
        true_total = said_total = 0
        right, bounded = True, False
        for key, record, _ in directions:
            true = self._dropped_before(tap, key)
            said = record["lost_upstream"]
            exact = record["lost_upstream_exact"]
            right &= said == true if exact else said <= true
            bounded |= not exact and said != true
            true_total += true
            said_total += said
        self.add("lost before %s" % tap, true_total,
                 ">=%d" % said_total if bounded else said_total, right)

    def _dropped_before(self, tap, key):
        """The wire's drops on the way from the sender to the tap."""
        net = self.run.topology
        sender = next(node for node in net.nodes
                      if self._is_at(node, key[0]))
        return sum(self.wire.dropped[pair, key]
                   for pair in net.wires(sender, tap))

    def _require(self, line, where):
        line = self._of_this_variant(line)
        if line is None:
            return
        if line[0] == "at" and line[2] == "path":
            _, tap, path, end, relation, value, *within = line
            check = compare("the way from %s to %s and back" % (tap, end),
                            relation, value, self._path_time(tap, end),
                            within)
        elif line[0] == "kernel":
            check = self._kernel(line)
        else:
            raise ValueError("%s: require kernel or require at TAP path" %
                             where)
        if not check.right:
            raise processes.Disturbed("%s: %s, not %s" % (
                check.name, check.said, check.truth))

    def _expect(self, line, where):
        line = self._of_this_variant(line)
        if line is None:
            return
        if line[0] == "kernel":
            self.checks.append(self._kernel(line))
            return
        if line[0] != "at":
            raise ValueError("%s: expect kernel or expect at" % where)
        _, tap, path, relation, value, *rest = line
        if value == "path":
            value = "%dns" % self._path_time(tap, rest.pop(0))
        if value == "served":
            value = "%dns" % self._served(rest.pop(0))
        self.checks.append(compare("%s %s" % (tap, path), relation, value,
                                   self._value(tap, path), rest))

    def _of_this_variant(self, line):
        if line[0] != "in":
            return line
        return line[2:] if self.run.variant.name in line[1].split(",") else None

    def _kernel(self, line):
        _, host, counter, relation, value = line
        return compare("%s %s" % (host, counter), relation, value,
                       self.truth["counters"][host].get(counter, 0), [])

    def _path_time(self, tap, end):
        return path_time.median(self.rig.path(tap + ".pcap"),
                                self.rig.path(end + ".pcap"),
                                self.truth["addresses"][tap])

    def _served(self, server):
        with open(self.rig.path(server + ".tsv")) as text:
            times = sorted(int(row["reply_first_ns"]) -
                           int(row["received_last_ns"])
                           for row in csv.DictReader(text, delimiter="\t"))
        return times[len(times) // 2]

    def _value(self, tap, path):
        flows = self.captures[tap].flows
        if path == "flows":
            return len(flows)
        keys = path.split(".")
        if not keys[-1].endswith("_ns") or keys[-1] in (
                "stall_ns", "zero_window_ns"):
            return sum(int(bool(v) if isinstance(v, bool) else v or 0)
                       for v in (reach(flow, keys) for flow in flows))
        most = max(flows, key=lambda flow: (reach(flow, keys[:-1]) or {}).get(
            "n", 1) or 0, default=None)
        return most and reach(most, keys)


def compare(name, relation, value, said, within):
    """Whether `said` is `relation value`; within: nothing, or "+-", BOUND."""
    wanted = quantity(value)
    bound = quantity(within[1]) if within else 0
    right = said is not None and {
        "=": lambda: abs(said - wanted) <= bound,
        ">=": lambda: said >= wanted,
        "<=": lambda: said <= wanted}[relation]()
    return Check(name, ("" if relation == "=" else relation) + value, said,
                 right)


def reach(record, keys):
    for key in keys:
        if record is None:
            return None
        record = record[key]
    return record


def quantity(text):
    for unit, scale in (("ns", 1), ("us", 10**3), ("ms", 10**6),
                        ("s", 10**9)):
        if text.endswith(unit):
            return float(text[:-len(unit)]) * scale
    return float(text)


def words(counts):
    return " ".join("%s %d" % (cause, counts[cause]) for cause in
                    CAUSES + ["tlp_or_rto", "unknown"]
                    if counts.get(cause)) or "none"
