"""netlat probe against routers that answer wrongly, on purpose or not, over
IPv4 and IPv6."""
import json
import os
import subprocess

from packets import FAMILIES
from rig import HERE, NOBODY, ROOT
import processes
import schemas


class Hostile:
    """A namespace with a TUN device behind which router.py stands."""

    def __init__(self, folder, version=4):
        self.name = "nl-probe-router%d-%d" % (version, os.getpid())
        self.folder, self.router = folder, None
        self.ip, self.v6 = FAMILIES[version], version == 6
        self.routers = [self.ip.address(0, n) for n in (1, 2, 3)]
        self.forger = self.ip.address(6, 6)

    def target(self, case):
        return self.ip.address(9, case)

    def inside(self, *command):
        return ["ip", "netns", "exec", self.name, *command]

    def __enter__(self):
        def root(*command):
            subprocess.run(command, check=True, capture_output=True)
        root("ip", "netns", "add", self.name)
        self.router = processes.Program(
            "router%d" % self.ip.version, self.inside(
                "python3", os.path.join(HERE, "router.py"), "tun0"),
            self.folder)
        try:
            self.router.wait_ready()
            root(*self.inside("ip", "link", "set", "lo", "up"))
            root(*self.inside("ip", "link", "set", "tun0", "up"))
            length = 64 if self.v6 else 24
            root(*self.inside("ip", "address", "add", "%s/%d" % (
                self.ip.address(0, 254), length), "dev", "tun0",
                *(["nodad"] if self.v6 else [])))
            root(*self.inside("ip", "route", "add", "%s/%d" % (
                self.ip.address(9, 0), length), "dev", "tun0"))
            root(*self.inside("sysctl", "-qw",
                              "net.ipv4.ping_group_range=0 2147483647",
                              "net.ipv4.conf.all.rp_filter=0"))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.router.stop()
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)

    def records(self, case, *words, names=False, root=False):
        done = subprocess.run(
            self.inside(*([] if root else NOBODY),
                        os.path.join(ROOT, "build/netlat-probe"),
                        *([] if names else ["-n"]), "-q", "--json", *words,
                        self.target(case)),
            capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done
        return [schemas.parse(line) for line in done.stdout.splitlines()]

    def probe(self, case, *words, **more):
        """The records of one run: (path, hops, events)."""
        records = self.records(case, *words, **more)
        return (next(r for r in records if r["type"] == "path"),
                [r for r in records if r["type"] == "hop"],
                [r for r in records if r["type"] == "event"])


UDP = ["--udp", "33434"]


def whole(net, hops, case, sent=10):
    """All four hops, each as it is."""
    assert [h["address"] for h in hops] == \
        net.routers + [net.target(case)], hops
    assert all(h["sent"] == h["answered"] == sent for h in hops), hops


def every_type(net):
    """ICMP of any other type and code is no answer."""
    for words in ([], UDP):
        path, hops, _ = net.probe(1, "-c", "100", "-i", "0.01", *words)
        whole(net, hops, 1, 100)
        assert path["reached"] and path["send_failures"] == 0, path


def short_quotes(net):
    """Eight octets of the probe are enough for ICMP; less is no answer."""
    whole(net, net.probe(2)[1], 2)
    for case in (3, 4, 5):
        _, hops, _ = net.probe(case, "-c", "3")
        assert [h["address"] for h in hops][-1] == net.target(case), hops
        assert all(h["verdict"] == "silent" for h in hops[:-1]), hops


def wrong_checksum(net):
    _, hops, _ = net.probe(6, "-c", "3")
    assert [h["verdict"] for h in hops] == \
        ["ok", "silent", "silent", "ok"], hops


def twice(net):
    """The second and third answer to a probe belong to none."""
    path, hops, _ = net.probe(7)
    whole(net, hops, 7)
    assert path["strangers"] >= 70, path


def reordered(net):
    whole(net, net.probe(8)[1], 8)


def moving_source(net):
    """Another address is another row and an event, not a loss."""
    _, hops, events = net.probe(9, "-c", "30")
    assert [e["ttl"] for e in events] == [2], events
    second = [h for h in hops if h["ttl"] == 2]
    assert {h["address"] for h in second} == {
        net.routers[1], net.ip.address(7, 2)}
    assert sum(h["sent"] for h in second) == \
        sum(h["answered"] for h in second), second


def forged(net):
    """Of answers that quote no probe of ours none is taken."""
    for words in ([], UDP):
        path, hops, _ = net.probe(10, "-c", "12", *words)
        assert net.forger not in [h["address"] for h in hops], hops
        assert all(h["answered"] <= 12 for h in hops), hops
        assert path["strangers"] > 100, path


def elsewhere(net):
    """An echo reply with the octets of a probe is arrival, whoever sends it;
    the row says who did."""
    path, hops, _ = net.probe(11, "-c", "3")
    assert path["reached"], path
    assert [h["address"] for h in hops] == net.routers + [net.target(9)], hops


def extensions(net):
    """Labels and names of well-formed extensions; a broken one costs the
    labels, never the hop."""
    wanted = {20: [16001, 299776], 21: [16001], 22: [16001], 23: [16001],
              24: [16001], 29: list(range(100, 116))}
    for words in ([], UDP):
        for case in range(20, 33):
            _, hops, _ = net.probe(case, "-c", "2", "-i", "0.02", *words)
            whole(net, hops, case, 2)
            labels = [m["label"] for m in hops[1]["mpls"]]
            # A length field beyond the end leaves the usual place.
            if case == 30:
                assert labels in ([16001], []), (case, labels)
            else:
                assert labels == wanted.get(case, []), (case, words, labels)
            if case == 24:
                assert hops[1]["interfaces"][0]["name"] == "et-0/0/1", hops[1]
            if case == 32:
                assert hops[1]["interfaces"][0]["name"].startswith("\x1b[2J")


TOO_BIG = "probe too big for its link"
WORDS = {4: ["network unreachable", "host unreachable", "protocol unreachable",
             "port unreachable", TOO_BIG, *[None] * 4, "prohibited",
             "prohibited", None, None, "prohibited", None, None],
         6: ["no route", "prohibited", None, "address unreachable",
             "port unreachable", *[None] * 11]}


def refusals(net):
    """Every code of destination unreachable and of parameter problem, and a
    packet too big, from a router."""
    told = [word or "unreachable, code %d" % code
            for code, word in enumerate(WORDS[net.ip.version])]
    told += ["parameter problem, code %d" % code for code in range(16)]
    for case, word in enumerate([*told, TOO_BIG], 100):
        path, hops, _ = net.probe(case, "-c", "2", "-i", "0.02")
        last = hops[-1]
        assert last["ttl"] == 3 and not path["reached"], (case, hops)
        assert last["refusal"] == word, (case, word, last)
        # The error of the probe before is not the next one's.
        assert path["send_failures"] == 0, (case, path)
        assert all(h["sent"] == 2 for h in hops), (case, hops)


def rewritten(net):
    """What a translator or a policer changed is seen where it is quoted: all
    of it with CAP_NET_RAW, the checksum of an echo without."""
    dscp = ["-c", "6", "-i", "0.02", "--dscp", "46"]
    for words, fields in (([], ["source", "checksum"]),
                          (UDP, ["source", "source_port", "checksum"])):
        hops = net.probe(16, *dscp, *words, root=True)[1]
        assert [h["rewritten"] for h in hops] == [[], fields, fields, []], hops
        assert [h["rewritten_source"] for h in hops] == \
            [None, net.ip.elsewhere, net.ip.elsewhere, None], hops
        hops = net.probe(17, *dscp, *words, root=True)[1]
        assert [h["rewritten"] for h in hops] == [[], ["tos"], ["tos"], []], \
            hops
        assert [h["quoted"] for h in hops] == [True, True, True, bool(words)]
        hops = net.probe(200, *dscp, *words, root=True)[1]
        assert not any(h["rewritten"] for h in hops), hops
        hops = net.probe(19, *dscp, *words, root=True)[1]
        assert [h["rewritten"] for h in hops] == \
            [[], *[[] if net.v6 else ["ip_id"]] * 2, []], hops
        assert [h["quoted_ttl"] for h in hops][:3] == [1, 3, 3], hops
    hops = net.probe(16, *dscp)[1]
    assert [h["rewritten"] for h in hops] == \
        [[], ["checksum"], ["checksum"], []], hops
    hops = net.probe(16, *dscp, *UDP)[1]
    assert not any(h["quoted"] or h["rewritten"] for h in hops), hops


def rewritten_syn(net):
    """A SYN's checksum is in what the kernel tells anybody, its TOS in what a
    raw socket sees."""
    words = ["--tcp", "9", "-c", "4", "-i", "0.02", "--dscp", "46"]
    for root in (False, True):
        hops = net.probe(16, *words, root=root)[1]
        assert [h["rewritten"] for h in hops] == \
            [[], ["checksum"], ["checksum"], []], hops
        hops = net.probe(17, *words, root=root)[1]
        assert [h["rewritten"] for h in hops] == \
            [[], ["tos"] * root, ["tos"] * root, []], hops
        hops = net.probe(200, *words, root=root)[1]
        assert [h["quoted"] for h in hops] == [True] * 3 + [False], hops
        assert not any(h["rewritten"] for h in hops), hops


def way_back(net):
    """Answers that come over more hops than the probes went are told of."""
    hops = net.probe(18)[1]
    assert [h["return_hops"] for h in hops] == [2, 3, 4, 15], hops
    hops = net.probe(200)[1]
    assert hops[-1]["return_hops"] == 4, hops


def longer_path(net):
    """A hop that a longer path brings is asked as often as the others."""
    _, hops, _ = net.probe(15, "-c", "20", "-i", "0.05")
    sent = {}
    for hop in hops:
        sent[hop["ttl"]] = sent.get(hop["ttl"], 0) + hop["sent"]
    assert sent == dict.fromkeys(range(1, 6), 20), hops


def mtu(net):
    """What a router says passes, and where big packets vanish."""
    for case, passes, steps, hole in (
            (14, 1500, [], None), (13, 1400, [(2, 1400)], None),
            (12, 1300, [], {"after_ttl": 2, "lost": 1301})):
        found = net.records(case, "--mtu")[0]
        assert found["type"] == "path_mtu" and found["reached"], found
        assert found["mtu"] == passes, found
        assert [(s["ttl"], s["to"]) for s in found["steps"]] == steps, found
        assert found["black_hole"] == hole, found


TESTS = (every_type, short_quotes, wrong_checksum, twice, reordered,
         moving_source, forged, elsewhere, extensions, refusals, rewritten,
         rewritten_syn, way_back, longer_path, mtu)
