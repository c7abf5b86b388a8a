"""Scenarios: which network, which load, which faults, and what is then true.

    # The first lines say what happens.
    include steady.inc             the lines of another file beside this one
    topology pair                  a file of topologies/
    variants v4 v6 nots            ways to run it; see VARIANTS
    tap cli srv fwd:any            nodes to capture at, on the wire or on `any`
    wire drop srv>cli data nth=20  a command for the wire before load starts
    serve srv                      lab-serve on that host, configured by the
        listen {srv}:7000          indented lines; `serve NAME on HOST` when
        shape page reply=60kB      several run on one host; a second block
                                   of one NAME adds lines to the first
    drive cli                      lab-drive, the same way
        target {srv}:7000
    answer dns                     a resolver, and who asks it: the program
    ask cli                        `dns` of this folder, the same way
    at 2s wire set cli>srv delay=25ms      the timeline, from the moment that
    at 2s serve srv shape page think=1s    every process is ready
    at 2s stop srv for 700ms               SIGSTOP, then SIGCONT
    every 2s from 4s to 10s stop srv for 120ms
    at 3s run cli ip route flush cache     any command in the host's namespace
    ports cli 50                   a host with few local ports
    at 3s recapture cli                    the capture begins a second file
    at 3s step cli 200ms                   the clock of its capture jumps
    end 6s
    score off                      for captures that are meant to mislead
    expect ...                     what score.py checks beside what it always
                                   checks
    require ...                    what the machine must have done; see there
    truth cause=net.rtt_step scope=zone_pair:az1->az2 from=2s to=6s
                                   goes into the truth record as it stands

{host} becomes the host's address, in brackets where the variant is IPv6, and
{port} a local port that no other run has, so that the kernel's events of it are
known to be this run's.  In commands of the wire a pair of hosts a>b means their
two devices, or where they have no link of their own, the first piece of wire on
the way from a to b.
"""
import collections
import os
import re

import topology as topologies

HERE = os.path.dirname(os.path.abspath(__file__))

Process = collections.namedtuple("Process", "kind name host lines")
# time: seconds after the start; words: what to do.
Event = collections.namedtuple("Event", "time words where")
Variant = collections.namedtuple(
    "Variant", "name version sysctls wire devices says")

VARIANTS = {v.name: v for v in [
    Variant("v4", 4, [], [], [], "IPv4, timestamps, SACK"),
    Variant("v6", 6, [], [], [], "IPv6"),
    Variant("nots", 4, ["net.ipv4.tcp_timestamps=0"], [], [],
            "no TCP timestamps"),
    Variant("nosack", 4, ["net.ipv4.tcp_sack=0"], [], [], "no SACK"),
    Variant("ipid0", 4, [], ["set *>* ipid=zero"], [], "IP-ID always 0"),
    Variant("bare", 4, ["net.ipv4.tcp_timestamps=0"], ["set *>* ipid=zero"],
            [], "no timestamps, IP-ID always 0"),
    Variant("gso", 4, [], [], ["offload", "gro"],
            "super-segments at both ends"),
]}

KINDS = ("serve", "drive", "answer", "ask")
ACTIONS = KINDS + ("wire", "stop", "continue", "run", "recapture", "step")


class ScenarioError(Exception):
    """What is wrong with a scenario, with file and line."""


def seconds(text):
    for unit, scale in (("ms", 1e-3), ("us", 1e-6), ("s", 1.0)):
        if text.endswith(unit):
            return float(text[:-len(unit)]) * scale
    raise ValueError("%r is no time: write 250ms or 2s" % text)


class Scenario:
    """One text, read.  `select` makes it concrete for a variant."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.says = []
        self.topology_name = None
        self.variants = ["v4"]
        self.taps = []
        self.wire = []
        self.processes = []
        self.events = []
        self.ports = {}
        self.expectations = []
        self.requirements = []
        self.truth = {}
        self.end = None
        self.scored = True
        self._block = None
        self._file(path)
        for what in ("topology_name", "end"):
            if getattr(self, what) is None:
                raise ScenarioError("%s: no line says `%s`" %
                                    (path, what.split("_")[0]))
        self.events.sort(key=lambda event: event.time)

    def _file(self, path):
        with open(path) as text:
            for number, line in enumerate(text, 1):
                self._line(line.rstrip("\n"), "%s:%d" % (path, number))

    def _on_include(self, words, _):
        self._file(os.path.join(os.path.dirname(self.path), words[0]))

    def _line(self, line, where):
        if line.startswith("#"):
            if not self.topology_name:
                self.says.append(line.lstrip("# "))
            return
        line = line.split(" #")[0].rstrip()
        if not line:
            return
        if line[0].isspace():
            if self._block is None:
                raise ScenarioError("%s: an indented line follows only %s" %
                                    (where, ", ".join(KINDS)))
            self._block.lines.append(line.strip())
            return
        self._block = None
        words = line.split()
        kind = getattr(self, "_on_" + words[0], None)
        if kind is None:
            raise ScenarioError("%s: %r is no word of scenarios" %
                                (where, words[0]))
        try:
            kind(words[1:], where)
        except (ValueError, IndexError, KeyError) as error:
            raise ScenarioError("%s: %s: %s" % (where, line, error)) from error

    def _on_topology(self, words, _):
        self.topology_name = words[0]

    def _on_variants(self, words, _):
        for word in words:
            if word not in VARIANTS:
                raise KeyError("no variant is called " + word)
        self.variants = words

    def _on_tap(self, words, _):
        self.taps = words

    def _on_wire(self, words, _):
        self.wire.append(words)

    def _on_answer(self, words, _):
        self._process("answer", words)

    def _on_ask(self, words, _):
        self._process("ask", words)

    def _on_score(self, words, _):
        if words != ["off"]:
            raise ValueError("write score off")
        self.scored = False

    def _process(self, kind, words):
        host = words[2] if words[1:2] == ["on"] else words[0]
        self._block = next((p for p in self.processes
                            if p.name == words[0]), None)
        if self._block is None:
            self._block = Process(kind, words[0], host, [])
            self.processes.append(self._block)

    def _on_serve(self, words, _):
        self._process("serve", words)

    def _on_drive(self, words, _):
        self._process("drive", words)

    def _on_at(self, words, where):
        self._event(seconds(words[0]), words[1:], where)

    def _on_every(self, words, where):
        step, begin, end = (seconds(words[i]) for i in (0, 2, 4))
        if words[1] != "from" or words[3] != "to" or step <= 0:
            raise ValueError("write every STEP from TIME to TIME")
        count = int((end - begin) / step + 1e-9)
        for i in range(count + 1):
            self._event(begin + i * step, words[5:], where)

    def _event(self, time, words, where):
        if words[0] == "stop" and "for" in words:
            at = words.index("for")
            self.events.append(Event(time, words[:at], where))
            self.events.append(Event(time + seconds(words[at + 1]),
                                     ["continue"] + words[1:at], where))
            return
        if words[0] not in ACTIONS:
            raise ValueError("%r is no action" % words[0])
        self.events.append(Event(time, words, where))

    def _on_ports(self, words, _):
        self.ports[words[0]] = int(words[1])

    def _on_end(self, words, _):
        self.end = seconds(words[0])

    def _on_expect(self, words, where):
        self.expectations.append((words, where))

    def _on_require(self, words, where):
        self.requirements.append((words, where))

    def _on_truth(self, words, _):
        for word in words:
            key, value = word.split("=", 1)
            self.truth[key] = value


class Run:
    """A scenario in one variant: every {host} and a>b filled in."""

    def __init__(self, scenario, variant):
        self.scenario = scenario
        self.variant = VARIANTS[variant]
        self.topology = topologies.Topology(
            os.path.join(HERE, "topologies",
                         scenario.topology_name + ".topo"))
        self.name = "%s.%s" % (scenario.name, variant)
        if not scenario.processes:
            raise ScenarioError(scenario.path + ": nothing runs")

    def fill(self, text):
        def address(match):
            name = match.group(1)
            if name not in self.topology.nodes:
                raise ScenarioError("%s: no host is called %s" %
                                    (self.scenario.path, name))
            value = self.topology.address(name, self.variant.version)
            return "[%s]" % value if ":" in value else value
        return re.sub(r"\{(\w+)\}", address, text)

    def wire_pair(self, a, b):
        """Device names for a>b: adjacent, or the first wire on the way."""
        if a == "*" or b == "*":
            return "%s>%s" % (a, b)
        pairs = self.topology.wires(a, b)
        if not pairs:
            raise ScenarioError("%s: no wire from %s to %s" %
                                (self.scenario.path, a, b))
        return pairs[0]

    def wire_command(self, words):
        return " ".join(
            self.wire_pair(*re.fullmatch(r"([\w*]+)>([\w*]+)", w).groups())
            if re.fullmatch(r"[\w*]+>[\w*]+", w) else self.fill(w)
            for w in words)

    def wire_setup(self, namespace):
        """The wire's whole configuration before the load starts."""
        own = [self.wire_command(words) for words in self.scenario.wire]
        seeds = [line for line in own if line.startswith("seed ")]
        lines = self.topology.wire_lines(namespace, self.variant.devices)
        return seeds + lines + self.variant.wire + \
            [line for line in own if line not in seeds]


def find(names, group=None):
    """Scenarios by name, or all of a group (a folder of scenarios/)."""
    folder = os.path.join(HERE, "scenarios")
    known = {}
    for kind in sorted(os.listdir(folder)):
        for name in sorted(os.listdir(os.path.join(folder, kind))):
            if name.endswith(".scn") and group in (None, kind):
                known[name[:-4]] = os.path.join(folder, kind, name)
    for name in names:
        if name not in known:
            raise ScenarioError("no scenario is called %s; there are %s" %
                                (name, ", ".join(known)))
    return [Scenario(known[name]) for name in (names or known)]
