"""Further ways that netlat probe finds while it watches hops."""
import os
import re
import subprocess
import threading
import time

from live import PROBE
from rig import KINDS, NOBODY, expect_all_ways, near_side
from terminal import Terminal
import processes


def middle_of(rig, width):
    return {near_side(rig, "m%d" % i, "r1", 4) for i in range(width)}


def most_in_a_second(stamps):
    """The most of these times that any second holds."""
    first = most = 0
    for last, stamp in enumerate(stamps):
        while stamp - stamps[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def explored(rig, width):
    """Every way becomes a lane, and no second has more probes beside those
    asked for than were allowed."""
    capture = os.path.join(rig.folder, "explored.pcap")
    sniffer = processes.Sniffer(
        "explored", lambda *w: rig.network.inside("h1", *w), "r1", capture,
        rig.folder)
    sniffer.wait_ready()
    path, hops, events = rig.probe(
        *KINDS["udp"], "--explore", "100", "-i", "0.2", "-c", "50",
        rig.address("h2", 4))
    sniffer.stop()
    sniffer.require(quiet=False)
    flows = path["flows"]
    expect_all_ways({h["address"] for h in hops if h["ttl"] == 2},
                    middle_of(rig, width))
    assert [f["discovered"] for f in flows] == [False] + [True] * (width - 1)
    assert path["exploration"]["complete"], path
    assert all(f["distance"] == 4 and f["sent"] > 10 for f in flows), flows
    assert all(h["answered"] == h["sent"] for h in hops), hops
    assert [(e["event"], e["flow"], e["ttl"]) for e in events] == \
        [("way_found", n, 2) for n in range(1, width)], events
    text = subprocess.run(
        ["tcpdump", "-nttr", capture, "udp dst port 33434"],
        capture_output=True, text=True).stdout
    own = flows[0]["source_port"]
    extra = [float(stamp) for stamp, port in re.findall(
        r"(?m)^([\d.]+) .*?\.(\d+) > ", text) if int(port) != own]
    assert len(extra) > 300, len(extra)
    # Evenly spaced when they leave; the wire and the stamp may be behind.
    assert most_in_a_second(extra) <= 102, most_in_a_second(extra)


def explored_anew(rig, width):
    """A change of route is an event of the lanes it moves, and none of loss;
    what was known of ways is looked for again."""
    net = str(next(n for link in rig.topology.links if "h2" in link.ends
                   for n in link.networks if n.version == 4))
    routers = ["m%d" % i for i in range(width)]
    before = rig.root("r1", "ip", "route", "show", net).split("\n\t")
    alone = near_side(rig, routers[0], "r1", 4)

    def move():
        time.sleep(9)
        rig.root("r1", "ip", "route", "replace", net, "via", alone)
    mover = threading.Thread(target=move)
    mover.start()
    try:
        path, hops, events = rig.probe(
            *KINDS["udp"], "--explore", "120", "-i", "0.2", "-c", "60",
            rig.address("h2", 4))
    finally:
        mover.join()
        rig.root("r1", "ip", "route", "replace",
                 *" ".join(before).split())
    expect_all_ways({h["address"] for h in hops if h["ttl"] == 2},
                    middle_of(rig, width))
    moved = {e["flow"] for e in events if e["event"] == "route_change"}
    former = {f for h in hops if h["ttl"] == 2 and h["address"] != alone
              for f in h["flows"]}
    assert moved == former and len(moved) == width - 1, (events, hops)
    assert [h["address"] for h in hops if h["ttl"] == 2 and
            not h["former"]] == [alone], hops
    assert not any(h["verdict"] == "loss" for h in hops), hops
    # All that was known before took more flows than fit into the rest.
    assert path["exploration"]["flows"] < 26, path["exploration"]


def live_lanes(rig, width):
    """Lanes appear in the view as they are found."""
    with Terminal(lambda *w: rig.network.inside("h1", *w)) as terminal:
        terminal.type(*NOBODY, PROBE, "-n", "-i", "0.2", *KINDS["udp"],
                      "--explore", "100", rig.address("h2", 4))
        terminal.wait_for(r"\[1 Hops\]")
        terminal.keys("3")
        text = terminal.wait_for("further ways, [0-9]+ found: one more", 30)
        lanes = set(range(1, int(re.search(r"ways, (\d+) found", text)[1]) + 1))
        expect_all_ways(lanes, set(range(1, width)))
        rows = ["".join(r"(?=[\s\S]* %s\s)" % re.escape(a)
                        for a in middle_of(rig, width))]
        text = terminal.wait_for(rows[0], 20)
        assert len(re.findall(r"(?m)^ +[1-4] +\d+ +4 ", text)) == width, text
        terminal.wait_for("flows looked at for further ways, 3 found", 20)
        terminal.keys("4")
        terminal.wait_for("lane 4: another way was found, by ")
        terminal.keys("q")
        terminal.wait_for("DONE 0")


def explored_beside_icmp(rig, width):
    """Echoes go one way; ways beside it are found by UDP, whose answers from a
    target that limits them are no loss."""
    for version in (4, 6):
        words = ["--explore", "100", "-i", "0.2", "-c", "50"]
        rig.root("h2", "sysctl", "-qw", "net.ipv4.icmp_ratelimit=1000",
                 "net.ipv6.icmp.ratelimit=1000")
        try:
            path, hops, events = rig.probe(*words, rig.address("h2", version))
        finally:
            rig.root("h2", "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0",
                     "net.ipv6.icmp.ratelimit=0")
        middle = {near_side(rig, "m%d" % i, "r1", version)
                  for i in range(width)}
        expect_all_ways({h["address"] for h in hops if h["ttl"] == 2}, middle)
        assert [(f["protocol"], f["discovered"]) for f in path["flows"]] == \
            [("icmp", False)] + [("udp", True)] * (width - 1), path["flows"]
        assert path["protocol"] == "icmp" and path["loss"] == 0, path
        target = [h for h in hops if h["ttl"] == 4]
        assert [h["sent"] for h in target] == [50], target
        assert target[0]["flows"] == [0] and target[0]["verdict"] == "ok"
        assert len(events) == width - 1, events
        assert not any(h["rewritten"] for h in hops), hops
