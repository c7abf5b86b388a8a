"""Makes one run happen: network, wire, captures, load, timeline, truth.

Everything of a run lands in one folder: TAP.pcap for each tap, wire.pcap and
wire.tsv (the wire's log: the truth about every packet), the processes' logs,
what each said on standard error, and truth.json, which adds the kernel's
counters and retransmissions, the timeline as it happened and what the
scenario declares.
"""
import json
import os
import signal
import subprocess
import time

import clock_step
import kernel_truth
import processes
import scenario as scenarios
import topology as topologies

DNS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dns")

# Seconds: longer than anything is under way on a wire or in a capture buffer.
SETTLE = 0.25
# Seconds that the timeline may slip; scenarios leave more at their end, and
# to begin a capture anew takes less.
SLIP = 0.25


class Rig:
    def __init__(self, run, folder, programs, tracing, slot, ports,
                 stopped):
        self.run = run
        self.folder = folder
        self.programs = programs  # where lab-wire, lab-serve, lab-drive are
        self.tracing = tracing    # where the kernel's tracing is mounted
        self.slot = slot          # of the labs that run side by side
        self.ports = ports        # kernel_truth.LocalPorts
        self.stopped = stopped    # an Event: give up
        self.children = {}
        self.sniffers = []
        self.steps = []
        self.happened = []
        os.makedirs(folder, exist_ok=True)
        self.network = topologies.Network(
            run.topology, "s%d" % slot,
            [ports.sysctl()] + run.variant.sysctls)

    def path(self, name):
        return os.path.join(self.folder, name)

    def perform(self):
        """Runs the scenario; the truth record, also in truth.json."""
        tracer = kernel_truth.Tracer(self.tracing,
                                     "nl-%d-%d" % (os.getpid(),
                                                   self.ports.first))
        try:
            with self.network:
                try:
                    truth = self._inside(tracer)
                finally:
                    self._stop_all()
        finally:
            tracer.close()
        with open(self.path("truth.json"), "w") as out:
            json.dump(truth, out, indent=1)
        return truth

    def _inside(self, tracer):
        self._start_wire()
        self.network.connect()
        for host, count in self.run.scenario.ports.items():
            topologies.run(*self.network.inside(
                host, "sysctl", "-qw",
                self.ports.sysctl(count)))
        self._warm_up()
        for tap in self.run.scenario.taps:
            self._sniff(tap)
        before = self._counters()
        self._start_processes(["serve", "answer"])
        started = time.time()
        self._start_processes(["drive", "ask"])
        self._timeline(started)
        self._stop_kinds(["drive", "ask"])
        self._stop_kinds(["serve", "answer"])
        # What the captures saw and what the kernel counted end together.
        time.sleep(SETTLE)
        lines = tracer.lines()
        while self.sniffers:
            sniffer = self.sniffers.pop()
            sniffer.stop()
            sniffer.require(quiet=True)
        after = self._counters()
        wire = self.children.pop("wire").stop()
        for tap, since, by in self.steps:
            clock_step.shift(self.path(tap + ".pcap"), since, by)
        return self._truth(started, before, after, lines, wire)

    def _start_wire(self):
        config = self.path("wire.conf")
        with open(config, "w") as out:
            for line in self.run.wire_setup(self.network.namespace):
                out.write(line + "\n")
        self._talker("wire", [self.programs + "/lab-wire", config, "--log",
                              self.path("wire.tsv"), "--pcap",
                              self.path("wire.pcap")])
        self.children["wire"].wait_ready()

    def _talker(self, name, command):
        self.children[name] = processes.Talker(
            name, command, self.folder, self.slot)

    def _warm_up(self):
        """One ping each way, so that neighbours and routes are known."""
        hosts = [n.name for n in self.run.topology.nodes.values()
                 if not n.forwards]
        pings = [subprocess.Popen(self.network.inside(
            hosts[0], "ping", "-c", "1", "-W", "2",
            self.run.topology.address(host, self.run.variant.version)),
            stdout=subprocess.DEVNULL) for host in hosts[1:]]
        for ping in pings:
            ping.wait()

    def _sniff(self, tap):
        node, _, interface = tap.partition(":")
        if not interface:
            interface = self.run.topology.interface(node)
        sniffer = processes.Sniffer(
            "tcpdump-" + node,
            lambda *command: self.network.inside(node, *command),
            interface, self.path(node + ".pcap"), self.folder)
        self.sniffers.append(sniffer)
        sniffer.wait_ready()

    def _counters(self):
        return {node: kernel_truth.counters(
            lambda *command, node=node: self.network.inside(node, *command))
            for node in self.run.topology.nodes}

    def _start_processes(self, kinds):
        for process in self.run.scenario.processes:
            if process.kind not in kinds:
                continue
            config = self.path(process.name + ".conf")
            with open(config, "w") as out:
                for line in process.lines:
                    out.write(self._fill(line) + "\n")
            # Real time: what else runs here must not become think time.
            program = ["chrt", "-f", "10",
                       "%s/lab-%s" % (self.programs, process.kind)]
            if process.kind in ("answer", "ask"):
                program = [DNS, process.kind]
            self._talker(process.name, self.network.inside(
                process.host, *program, config,
                "--log", self.path(process.name + ".tsv")))
            self.children[process.name].wait_ready()

    def _timeline(self, started):
        for event in self.run.scenario.events:
            self._wait(started + event.time)
            self.happened.append({"t_us": int(time.time() * 1e6),
                                  "do": " ".join(event.words)})
            try:
                self._act(event.words)
            except (processes.RigError, KeyError, OSError) as error:
                raise processes.RigError("%s: %s" % (event.where, error))
            late = time.time() - started - event.time
            if late > SLIP:
                raise processes.Disturbed("%s: done %.1f s late" %
                                          (event.where, late))
        self._wait(started + self.run.scenario.end)

    def _wait(self, until):
        if self.stopped.wait(max(0.0, until - time.time())):
            raise processes.RigError("interrupted")

    def _act(self, words):
        kind, rest = words[0], words[1:]
        if kind == "wire":
            self.children["wire"].say(self.run.wire_command(rest))
        elif kind in scenarios.KINDS:
            self.children[rest[0]].say(self._fill(" ".join(rest[1:])))
        elif kind in ("stop", "continue"):
            number = signal.SIGSTOP if kind == "stop" else signal.SIGCONT
            self.children[rest[0]].send_signal(number)
        elif kind == "recapture":
            self._recapture(rest[0])
        elif kind == "step":
            self.steps.append((rest[0], time.time_ns(),
                               int(scenarios.seconds(rest[1]) * 1e9)))
        else:
            command = [self._fill(word) for word in rest[1:]]
            topologies.run(*self.network.inside(rest[0], *command))

    def _fill(self, text):
        return self.run.fill(text.replace("{port}", str(self.ports.last())))

    def _recapture(self, tap):
        """Ends a capture and begins another: a hole of some milliseconds."""
        old = next(s for s in self.sniffers if s.name == "tcpdump-" + tap)
        self.sniffers.remove(old)
        old.stop()
        old.require(quiet=False)
        os.rename(self.path(tap + ".pcap"), self.path(tap + ".1.pcap"))
        self._sniff(tap)

    def _stop_kinds(self, kinds):
        for process in self.run.scenario.processes:
            if process.kind in kinds and process.name in self.children:
                self.children.pop(process.name).stop()

    def _stop_all(self):
        for sniffer in self.sniffers:
            sniffer.stop()
        for child in reversed(list(self.children.values())):
            child.stop()
        self.children.clear()

    def _truth(self, started, before, after, lines, wire):
        def mine(sport, dport):
            return sport in self.ports or dport in self.ports
        net = self.run.topology
        return {
            "scenario": self.run.scenario.name,
            "variant": self.run.variant.name,
            "says": " ".join(self.run.scenario.says),
            "start_us": int(started * 1e6),
            "timeline": self.happened,
            "declared": self.run.scenario.truth,
            "zones": {node.name: node.zone for node in net.nodes.values()},
            "addresses": {name: [str(a) for a in net.addresses(name)]
                          for name in net.nodes},
            "counters": {node: kernel_truth.difference(before[node],
                                                       after[node])
                         for node in after},
            "retransmissions": [r._asdict() for r in
                                kernel_truth.retransmissions(lines, mine)],
            "wire": json.loads(wire) if wire else None,
        }
