"""Networks with known hops, delays and losses, and netlat probe run in them by
a user without privilege."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
for _folder in ("lab", "support", "metrics"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), _folder))
import processes
import schemas
import topology as topologies

KINDS = {"icmp": ["--icmp"], "udp": ["--udp", "33434"], "tcp": ["--tcp", "9"]}
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
          "--bounding-set=-all"]


class Missed(AssertionError):
    """Fewer ways were found than there are.  The stopping rule allows it in
    one run of twenty (lib/probe/path_graph.cc), so that is tried again."""


def expect_all_ways(found, there):
    if found < there:
        raise Missed("of %s only %s" % (sorted(there), sorted(found)))
    assert found == there, found


class Rig:
    """A network with its wire, and probes sent from h1."""

    def __init__(self, build, name, folder, number=0, lines=None):
        """`number` tells networks apart that stand at the same time; `lines`
        are the topology, if it is none of the stored ones."""
        self.topology = topologies.Topology(
            self.description(name, folder, number, lines))
        self.network = topologies.Network(self.topology,
                                          "probe-%s%d" % (name, number))
        self.build, self.folder, self.wire = build, folder, None
        self.number, self.schemas = number, {}

    @staticmethod
    def description(name, folder, number, lines):
        """The topology, with a wire at h1: a veth pair hands the hash of the
        sending socket on to the router, which then balances by it instead of
        by the ports."""
        if lines is None:
            path = os.path.join(ROOT, "tests/lab/topologies", name + ".topo")
            with open(path) as text:
                lines = text.read().splitlines()
        copy = os.path.join(folder, "%s%d.topo" % (name, number))
        with open(copy, "w") as out:
            for line in lines:
                wire = " wire" if line.startswith("link h1 r1") else ""
                out.write(line + wire + "\n")
        return copy

    def __enter__(self):
        network = self.network.__enter__()
        config = os.path.join(self.folder, "wire%d.conf" % self.number)
        with open(config, "w") as out:
            out.write("seed 7\n" + "\n".join(
                self.topology.wire_lines(network.namespace)) + "\n")
        self.wire = processes.Talker(
            "wire", [os.path.join(self.build, "lab-wire"), config, "--log",
                     os.path.join(self.folder, "wire%d.tsv" % self.number)],
            self.folder,
            100 * self.number + len(self.topology.nodes))
        try:
            self.wire.wait_ready()
            network.connect()
            self.root("h1", "sysctl", "-qw",
                      "net.ipv4.ping_group_range=0 2147483647")
            self.root("h2", "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0",
                      "net.ipv6.icmp.ratelimit=0")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.wire.stop()
        self.network.__exit__()

    def root(self, node, *command):
        return subprocess.run(self.network.inside(node, *command), check=True,
                              capture_output=True, text=True).stdout

    def address(self, node, version):
        return self.topology.address(node, version)

    def run(self, *words, root=False):
        return subprocess.run(
            self.network.inside("h1", *([] if root else NOBODY), os.path.join(
                ROOT, "build/netlat-probe"), "-n", "-q", *words),
            capture_output=True, text=True, timeout=40)

    def probe(self, *words, root=False):
        """The records of one run: (path, hops, events)."""
        done = self.run("--json", *words, root=root)
        assert done.returncode == 0, done.stderr
        records = self.records(done.stdout)
        return (next(r for r in records if r["type"] == "path"),
                [r for r in records if r["type"] == "hop"],
                [r for r in records if r["type"] == "event"])

    def records(self, text):
        """The records of a run, each held against its schema."""
        out = [schemas.parse(line) for line in text.splitlines()]
        assert out[-1]["type"] == "summary", out[-1]
        for record in out:
            bad = schemas.violations(record, self.schema(record["type"]),
                                     record["type"])
            assert not bad, bad
        return out

    def schema(self, kind):
        if kind not in self.schemas:
            self.schemas[kind] = json.loads(subprocess.run(
                [os.path.join(ROOT, "build/netlat"), "schema", kind],
                check=True, capture_output=True, text=True).stdout)
        return self.schemas[kind]


def near_side(rig, router, before, version):
    """The address a router answers from: toward where the probe came from."""
    for link in rig.topology.links:
        if set(link.ends) == {router, before}:
            return next(str(n[1 + link.ends.index(router)])
                        for n in link.networks if n.version == version)


def fan(width):
    """r1, `width` routers side by side, r3."""
    middle = ["m%d" % i for i in range(width)]
    lines = ["host h1", "host h2", "router r1", "router r3"]
    lines += ["router " + m for m in middle]
    lines += ["link h1 r1 10.9.1.0/24 fd09:1::/64",
              "link r3 h2 10.9.2.0/24 fd09:2::/64"]
    for i, m in enumerate(middle):
        lines += ["link r1 %s 10.9.%d.0/24 fd09:1%02d::/64" % (m, 100 + i, i),
                  "link %s r3 10.9.%d.0/24 fd09:2%02d::/64" % (m, 200 + i, i)]
    return lines
