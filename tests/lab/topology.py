"""Networks of namespaces described in text: read, built, removed.

    host cli 10.9.1.1 fd09:1::1 zone=use1-az1   an end system
    router r1                                   forwards between its links
    hub cli srv db delay=10ms                   all on one wire, any to any
    link r1 r2 10.9.12.0/24 fd09:12::/64        a veth pair
    link r2 r3 10.9.23.0/24 fd09:23::/64 wire delay=5ms
    delay cli db 20ms                           both ways, for one pair
    between az1 az2 0.5ms                       for all pairs of two zones

A hub, and a link with the word `wire`, pass through lab-wire, which delays and
harms packets; a link without it is a veth pair of the kernel's.  Words after
`wire` or on the hub line without a meaning here (offload, gro, mtu=1400) go to
the wire's devices.  The first of a link's two nodes gets address 1 of each of
its networks and the other address 2.

Routes are the shortest paths by number of links; several of one length become
next hops side by side, chosen by the kernel's hash of the five-tuple.

Every namespace is called nl-LAB-PID-NODE, where PID is the process that owns
the lab.  Building first removes what a dead owner left behind, so a lab that
was killed is gone after the next one starts.
"""
import collections
import ipaddress
import os
import subprocess


class TopologyError(Exception):
    """What is wrong with a topology, with file and line."""


Node = collections.namedtuple("Node", "name forwards addresses zone")
# ends: two node names; networks: v4 and v6; wire: None or device options.
Link = collections.namedtuple("Link", "ends networks wire delay")
Hub = collections.namedtuple("Hub", "members options delay")


class Topology:
    """What one text says.  Names only; no namespace is touched."""

    def __init__(self, path):
        self.path = path
        self.nodes = {}
        self.links = []
        self.hub = None
        self.delays = {}
        with open(path) as text:
            for number, line in enumerate(text, 1):
                words = line.split("#")[0].split()
                if words:
                    self._read(words, "%s:%d" % (path, number))

    def _read(self, words, where):
        kinds = {"host": self._node, "router": self._node, "hub": self._hub,
                 "link": self._link, "delay": self._delay,
                 "between": self._between}
        if words[0] not in kinds:
            raise TopologyError("%s: %r is none of %s" %
                                (where, words[0], ", ".join(sorted(kinds))))
        try:
            kinds[words[0]](words)
        except (ValueError, KeyError, IndexError) as error:
            raise TopologyError("%s: %s: %s" %
                                (where, " ".join(words), error)) from error

    def _node(self, words):
        zone = next((w[5:] for w in words if w.startswith("zone=")), None)
        addresses = [ipaddress.ip_address(w) for w in words[2:]
                     if not w.startswith("zone=")]
        self.nodes[words[1]] = Node(words[1], words[0] == "router", addresses,
                                    zone)

    def _hub(self, words):
        members = [w for w in words[1:] if w in self.nodes]
        rest = [w for w in words[1:] if w not in self.nodes]
        delay = next((w[6:] for w in rest if w.startswith("delay=")), "0")
        self.hub = Hub(members, [w for w in rest if not
                                 w.startswith("delay=")], delay)

    def _link(self, words):
        ends = (words[1], words[2])
        for end in ends:
            if end not in self.nodes:
                raise KeyError("no node is called " + end)
        networks, rest = [], []
        for word in words[3:]:
            (networks if "/" in word else rest).append(word)
        wire, delay = None, "0"
        if "wire" in rest:
            rest.remove("wire")
            delay = next((w[6:] for w in rest if w.startswith("delay=")), "0")
            wire = [w for w in rest if not w.startswith("delay=")]
        elif rest:
            raise ValueError("only a wire has " + rest[0])
        self.links.append(Link(ends, [ipaddress.ip_network(n)
                                      for n in networks], wire, delay))

    def _delay(self, words):
        for end in words[1:3]:
            if end not in self.nodes:
                raise KeyError("no node is called " + end)
        self.delays[frozenset(words[1:3])] = words[3]

    def _between(self, words):
        zones = set(words[1:3])
        for a in self.nodes.values():
            for b in self.nodes.values():
                if len(zones) == 2 and {a.zone, b.zone} == zones:
                    self.delays[frozenset((a.name, b.name))] = words[3]

    def addresses(self, name):
        """Every address of a node, in order: its own, then its links'."""
        out = list(self.nodes[name].addresses)
        for link in self.links:
            if name in link.ends:
                out += [net[1 + link.ends.index(name)]
                        for net in link.networks]
        return out

    def address(self, name, version):
        """The first address of this IP version, which scenarios name."""
        return next(str(a) for a in self.addresses(name)
                    if a.version == version)

    def device(self, node, peer):
        """What the wire calls the node's side toward the peer."""
        if self.hub and node in self.hub.members and peer in self.hub.members:
            return node
        return "%s.%s" % (node, peer)

    def interface(self, node, peer=None):
        """The interface of a node: toward a peer, or its only one."""
        if self.hub and node in self.hub.members and \
                (peer is None or peer in self.hub.members):
            return "wire0"
        peers = [e for link in self.links if node in link.ends
                 for e in link.ends if e != node]
        return peer or peers[0]

    def wire_lines(self, namespace, options=()):
        """The wire's configuration; namespace(node) names a namespace and
        `options` are added to every device."""
        lines = []

        def device(name, node, interface, words):
            mtu = next((w[4:] for w in words if w.startswith("mtu=")), "1500")
            flags = [w for w in words if not w.startswith("mtu=")]
            lines.append(" ".join(["device", name, "netns", namespace(node),
                                   "if", interface, "mtu", mtu, *flags,
                                   *options]))
        if self.hub:
            for node in self.hub.members:
                device(node, node, "wire0", self.hub.options)
            lines.append("hub " + " ".join(self.hub.members))
            for node in self.hub.members:
                lines.append("address %s %s" % (node, " ".join(
                    map(str, self.nodes[node].addresses))))
            lines.append("set *>* delay=" + self.hub.delay)
        for link in self.links:
            if link.wire is None:
                continue
            a, b = link.ends
            device(self.device(a, b), a, b, link.wire)
            device(self.device(b, a), b, a, link.wire)
            lines.append("join %s %s" % (self.device(a, b),
                                         self.device(b, a)))
            lines += self._both(a, b, link.delay)
        for pair, delay in self.delays.items():
            lines += self._both(*sorted(pair), delay)
        return lines

    def _both(self, a, b, delay):
        return ["set %s>%s delay=%s" % (self.device(x, y), self.device(y, x),
                                        delay) for x, y in ((a, b), (b, a))]

    def wires(self, start, end):
        """The pairs of devices that packets from start to end cross; where
        paths are equal, those of the first."""
        pairs, here = [], start
        if self.hub and start != end and {start, end} <= set(self.hub.members):
            return ["%s>%s" % (start, end)]
        wired = {frozenset(link.ends) for link in self.links
                 if link.wire is not None}
        while here != end:
            hop = self.next_hops(here)[end][0]
            if frozenset((here, hop)) in wired:
                pairs.append("%s>%s" % (self.device(here, hop),
                                        self.device(hop, here)))
            here = hop
        return pairs

    def next_hops(self, start):
        """For each other node, the neighbours on shortest paths to it."""
        neighbours = collections.defaultdict(set)
        for link in self.links:
            a, b = link.ends
            neighbours[a].add(b)
            neighbours[b].add(a)
        distance, first = {start: 0}, {start: set()}
        queue = collections.deque([start])
        while queue:
            node = queue.popleft()
            if node != start and not self.nodes[node].forwards:
                continue
            for peer in sorted(neighbours[node]):
                hops = {peer} if node == start else first[node]
                if peer not in distance:
                    distance[peer] = distance[node] + 1
                    first[peer] = set(hops)
                    queue.append(peer)
                elif distance[peer] == distance[node] + 1:
                    first[peer] |= hops
        return {node: sorted(hops) for node, hops in first.items() if hops}


class Network:
    """A topology with namespaces.  A context manager: leaving removes it."""

    SYSCTLS = ["net.ipv6.conf.all.accept_dad=0",
               "net.ipv6.conf.default.accept_dad=0",
               "net.ipv4.tcp_no_metrics_save=1"]
    ROUTER_SYSCTLS = ["net.ipv4.ip_forward=1",
                      "net.ipv6.conf.all.forwarding=1",
                      "net.ipv4.fib_multipath_hash_policy=1",
                      "net.ipv6.fib_multipath_hash_policy=1",
                      "net.ipv4.icmp_ratelimit=0",
                      "net.ipv6.icmp.ratelimit=0",
                      "net.ipv4.icmp_msgs_per_sec=100000"]

    def __init__(self, topology, lab, sysctls=()):
        self.topology = topology
        self.lab = lab
        self.owner = os.getpid()
        self.sysctls = list(sysctls)

    def namespace(self, node):
        return "nl-%s-%d-%s" % (self.lab, self.owner, node)

    def __enter__(self):
        remove_orphans()
        try:
            self._make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        remove(lambda lab, owner: (lab, owner) == (self.lab, self.owner))

    def inside(self, node, *command):
        """The command that runs `command` in the node's namespace."""
        return ["nsenter", "--net=/run/netns/" + self.namespace(node), "--",
                *map(str, command)]

    def _make(self):
        for node in self.topology.nodes.values():
            name = self.namespace(node.name)
            run("ip", "netns", "add", name)
            batch(name, ["link set lo up"])
            values = self.SYSCTLS + self.sysctls
            if node.forwards:
                values = values + self.ROUTER_SYSCTLS
            run(*self.inside(node.name, "sysctl", "-qw", *values))
        for link in self.topology.links:
            if link.wire is None:
                a, b = link.ends
                run("ip", "link", "add", b, "netns", self.namespace(a), "type",
                    "veth", "peer", "name", a, "netns", self.namespace(b))

    def connect(self):
        """Addresses and routes; after the wire has made its devices."""
        for node in self.topology.nodes.values():
            commands = self._addresses(node) + self._routes(node.name)
            batch(self.namespace(node.name), commands)

    def _addresses(self, node):
        on_hub = self.topology.hub and node.name in self.topology.hub.members
        lines = ["addr add %s/%d dev %s%s" % (
            a, a.max_prefixlen, "wire0" if on_hub else "lo",
            " nodad" if a.version == 6 else "") for a in node.addresses]
        if on_hub:
            lines += ["link set wire0 up", "route add default dev wire0",
                      "-6 route add default dev wire0"]
        for link in self.topology.links:
            if node.name not in link.ends:
                continue
            index = link.ends.index(node.name)
            peer = link.ends[1 - index]
            lines.append("link set %s up" % peer)
            for net in link.networks:
                lines.append("addr add %s/%d dev %s%s" % (
                    net[1 + index], net.prefixlen, peer,
                    " nodad" if net.version == 6 else ""))
        return lines

    def _gateway(self, node, peer, version):
        for link in self.topology.links:
            if {node, peer} == set(link.ends):
                for net in link.networks:
                    if net.version == version:
                        return net[1 + link.ends.index(peer)]
        return None

    def _routes(self, node):
        """Routes to every network and address that is not this node's."""
        lines, done = [], set()
        for target, hops in self.topology.next_hops(node).items():
            nets = [ipaddress.ip_network(a)
                    for a in self.topology.nodes[target].addresses]
            nets += [net for link in self.topology.links
                     if target in link.ends and node not in link.ends
                     for net in link.networks]
            for net in nets:
                if net in done:
                    continue
                done.add(net)
                gateways = [(self._gateway(node, hop, net.version), hop)
                            for hop in hops]
                vias = ["via %s dev %s" % pair for pair in gateways if pair[0]]
                if not vias:
                    continue
                if len(vias) > 1:
                    vias = ["nexthop " + via for via in vias]
                lines.append("%s route add %s %s" % (
                    "-6" if net.version == 6 else "", net, " ".join(vias)))
        return lines


def run(*command):
    """Runs a command; its own words become the error."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise TopologyError("%s: %s" % (" ".join(command),
                                        done.stderr.strip()))
    return done.stdout


def batch(namespace, lines):
    for line in lines:
        version = ["-6"] if line.lstrip().startswith("-6") else []
        words = line.replace("-6", "", 1).split() if version else line.split()
        run("ip", "-n", namespace, *version, *words)


def namespaces():
    """(name, lab, owner) of every namespace a lab made."""
    out = []
    try:
        names = os.listdir("/run/netns")
    except OSError:
        return out
    for name in names:
        parts = name.split("-")
        if len(parts) >= 4 and parts[0] == "nl" and parts[-2].isdigit():
            out.append((name, "-".join(parts[1:-2]), int(parts[-2])))
    return out


def remove(wanted):
    """Removes the namespaces of labs for which wanted(lab, owner) holds."""
    for name, lab, owner in namespaces():
        if wanted(lab, owner):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def remove_orphans():
    remove(lambda lab, owner: not os.path.exists("/proc/%d" % owner))
