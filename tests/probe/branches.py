"""netlat probe where flows take several ways, and where ways change."""
import os
import re
import subprocess
import threading
import time

from rig import KINDS, expect_all_ways, near_side
import processes


def lanes(rig, kind, version):
    """Flows take both ways; each lane shows the delay of its own."""
    path, hops, _ = rig.probe(*KINDS[kind], "--flows", "16", "-c", "5",
                              rig.address("h2", version))
    wanted = {near_side(rig, r, "r1", version): floor
              for r, floor in (("r2a", 10e6), ("r2b", 12e6))}
    second = {h["address"]: h["flows"] for h in hops if h["ttl"] == 2}
    # All sixteen the same way: once in 32,768 runs.
    assert set(second) == set(wanted), second
    assert sorted(sum(second.values(), [])) == list(range(16)), second
    if kind == "udp":
        return  # the way back of an ICMP error is not the lane's
    for flow in path["flows"]:
        assert flow["distance"] == 4 and flow["rtt"]["min_ns"] > 10e6, flow


def route_change(rig):
    """A change of route is an event, and no loss."""
    net = str(next(n for link in rig.topology.links if "h2" in link.ends
                   for n in link.networks if n.version == 4))

    def via(router):
        rig.root("r1", "ip", "route", "replace", net, "via",
                 near_side(rig, router, "r1", 4))
    via("r2a")
    timer = threading.Timer(1.0, via, ["r2b"])
    timer.start()
    _, hops, events = rig.probe("-c", "30", rig.address("h2", 4))
    timer.join()
    assert len(events) == 1 and events[0]["ttl"] == 2, events
    assert events[0]["before"] == near_side(rig, "r2a", "r1", 4)
    assert events[0]["after"] == near_side(rig, "r2b", "r1", 4)
    second = [h for h in hops if h["ttl"] == 2]
    assert [h["former"] for h in second] == [True, False], second
    assert all(h["answered"] == h["sent"] for h in hops), hops


def events_in_order(rig):
    """Two changes seen by several lanes are told of in order of time."""
    net = str(next(n for link in rig.topology.links if "h2" in link.ends
                   for n in link.networks if n.version == 4))

    def via(*routers):
        for router in routers:
            time.sleep(0.8)
            rig.root("r1", "ip", "route", "replace", net, "via",
                     near_side(rig, router, "r1", 4))
    via("r2a")
    changes = threading.Thread(target=via, args=("r2b", "r2a"))
    changes.start()
    _, _, events = rig.probe(*KINDS["udp"], "--flows", "3", "-c", "30",
                             rig.address("h2", 4))
    changes.join()
    times = [e["time_us"] for e in events]
    assert times == sorted(times), events
    for flow in range(3):
        mine = [e for e in events if e["flow"] == flow]
        assert [e["epoch"] for e in mine] == [1, 2], events


def flow_label(rig):
    """The label is of the ports: whoever asks for them again has it again,
    and other ports have another; or it is the one that was asked for."""
    target, labels = rig.address("h2", 6), []
    for port, *more in (["41001"], ["41001"], ["41002"],
                        ["41002", "--flow-label", "0x12345"],
                        ["41002", "--flow-label", "74565"]):
        sniffer = processes.Sniffer(
            "label", lambda *w: rig.network.inside("h1", *w), "r1",
            os.path.join(rig.folder, "label.pcap"), rig.folder)
        sniffer.wait_ready()
        rig.run(*KINDS["udp"], "--source-port", port, "-c", "2", *more,
                target)
        sniffer.stop()
        sniffer.require(quiet=False)
        text = subprocess.run(
            ["tcpdump", "-nvr", os.path.join(rig.folder, "label.pcap"),
             "udp dst port 33434"], capture_output=True, text=True).stdout
        labels.append(set(re.findall(r"flowlabel (0x[0-9a-f]+)", text)))
    assert all(len(seen) == 1 for seen in labels), labels
    assert labels[0] == labels[1] != labels[2], labels
    assert labels[3] == labels[4] == {"0x12345"}, labels


def graph(rig, *words):
    done = rig.run("--json", "--paths", "--rate", "2000", *words)
    assert done.returncode == 0, done.stderr
    return next(r for r in rig.records(done.stdout) if r["type"] == "graph")


def ways(rig, width, kind, version):
    """All next hops side by side are found, and what follows each."""
    found = graph(rig, *KINDS[kind], rig.address("h2", version))
    middle = {near_side(rig, "m%d" % i, "r1", version) for i in range(width)}
    expect_all_ways({n["address"] for n in found["nodes"] if n["ttl"] == 2},
                    middle)
    assert {e["to"] for e in found["edges"] if e["ttl"] == 1} == middle
    assert {e["from"] for e in found["edges"] if e["ttl"] == 2} == middle
    assert found["complete"] and not found["by_packet"], found
    # A port that a branch is said to have brings a probe to that branch.
    edge = next(e for e in found["edges"] if e["ttl"] == 1)
    if kind == "udp":
        _, hops, _ = rig.probe(*KINDS[kind], "--source-port",
                               str(edge["source_ports"][0]), "-c", "3",
                               rig.address("h2", version))
        assert hops[1]["address"] == edge["to"], (hops[1], edge)
