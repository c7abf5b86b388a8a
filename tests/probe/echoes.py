"""Loss to a target that answers UDP probes by ICMP errors, which are limited:
echoes beside the probes tell it."""
from rig import KINDS


def limit(rig, interval):
    rig.root("h2", "sysctl", "-qw", "net.ipv4.icmp_ratelimit=%d" % interval,
             "net.ipv6.icmp.ratelimit=%d" % interval)


def echoes(rig):
    """A target that limits its answers loses nothing, a link that loses does,
    and a check of the exit status follows that."""
    for version in (4, 6):
        target = rig.address("h2", version)
        words = [*KINDS["udp"], "-c", "100", "-i", "0.03"]
        limit(rig, 1000)
        try:
            path, hops, _ = rig.probe(*words, target)
            checked = rig.run(*words, "--check", "loss<1%", target)
        finally:
            limit(rig, 0)
        assert hops[3]["answered"] < 50, hops[3]
        assert hops[3]["verdict"] in ("icmp_limited", "unjudged"), hops[3]
        assert path["loss"] == 0 and path["echo"]["answered"] == 100, path
        assert [h["verdict"] for h in hops[:3]] == ["ok"] * 3, hops
        assert checked.returncode == 0, checked
        lossy(rig, target, words)
    path, _, _ = rig.probe("-c", "2", rig.address("h2", 4))
    assert path["echo"] is None, path


def lossy(rig, target, words):
    rig.wire.say("set r2.r3>r3.r2 loss=30%")
    try:
        path, hops, _ = rig.probe(*words, target)
        checked = rig.run(*words, "--check", "loss<1%", target)
    finally:
        rig.wire.say("set r2.r3>r3.r2 loss=0%")
    # An interval of 99 %, hence the slack.
    assert path["loss_low"] - 0.03 < 0.3 < path["loss_high"] + 0.03, path
    assert [h["verdict"] for h in hops] == ["ok", "ok", "loss", "loss"], hops
    assert checked.returncode == 1, checked
