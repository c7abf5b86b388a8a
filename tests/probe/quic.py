"""QUIC probes, answered by a server of our own and by one of others."""
import os
import shutil
import time

from rig import HERE, near_side
import processes
# As quic_server.py has them.
(RIGHT, OTHER_IDS, NO_VERSIONS, TWICE, ECHO,
 NO_NEGOTIATION) = range(4431, 4437)
CLOSED = 4430


def quic(rig):
    """Version Negotiation is arrival, with the times and the loss of the
    wire; what only looks like it is not."""
    server = processes.Program(
        "quic", rig.network.inside(
            "h2", "python3", os.path.join(HERE, "quic_server.py")),
        rig.folder)
    try:
        server.wait_ready()
        for version in (4, 6):
            answered(rig, version)
            refused(rig, version)
        lossy(rig)
    finally:
        server.stop()


def answered(rig, version):
    target = rig.address("h2", version)
    for port in (RIGHT, TWICE):
        path, hops, _ = rig.probe("--quic", str(port), "-c", "6", target)
        assert path["protocol"] == "quic" and path["reached"], path
        assert [h["address"] for h in hops][2:] == [
            near_side(rig, "r3", "r2", version), target], hops
        assert all(h["answered"] == h["sent"] for h in hops), hops
        assert 10e6 < hops[3]["rtt"]["p50_ns"] < 15e6, hops[3]
        assert path["loss"] == 0, path
        assert (path["strangers"] >= 6) == (port == TWICE), path


def refused(rig, version):
    target = rig.address("h2", version)
    for port in (OTHER_IDS, NO_VERSIONS, ECHO, NO_NEGOTIATION):
        path, hops, _ = rig.probe("--quic", str(port), "-c", "3", "-m", "4",
                                  target)
        assert not path["reached"] and path["strangers"] >= 3, (port, path)
        assert hops[3]["verdict"] == "silent", (port, hops)
    path, hops, _ = rig.probe("--quic", str(CLOSED), "-c", "3", target)
    assert not path["reached"] and path["loss"] is None, path
    assert hops[-1]["refusal"] == "port unreachable", hops


def lossy(rig):
    """Loss of the target is judged, as with echo."""
    rig.wire.say("set r2.r3>r3.r2 loss=30%")
    try:
        path, hops, _ = rig.probe("--quic", str(RIGHT), "-c", "200", "-i",
                                  "0.01", rig.address("h2", 4))
    finally:
        rig.wire.say("set r2.r3>r3.r2 loss=0%")
    assert hops[3]["verdict"] == "loss", hops[3]
    assert path["loss_low"] - 0.02 < 0.3 < path["loss_high"] + 0.02, path


CADDYFILE = """{
  admin off
  auto_https disable_redirects
  storage file_system %s
  skip_install_trust
}
https://h2:4433 {
  tls internal
  respond "here"
}
"""


def server_of_others():
    return shutil.which("caddy")


def quic_of_others(rig):
    """A server that is not ours answers."""
    config = os.path.join(rig.folder, "Caddyfile")
    with open(config, "w") as out:
        out.write(CADDYFILE % os.path.join(rig.folder, "caddy"))
    server = processes.Program(
        "caddy", rig.network.inside("h2", "env", "HOME=" + rig.folder, "caddy",
                                    "run", "--config", config), rig.folder,
        ready=None)
    try:
        wait_for_port(rig, 4433)
        for version in (4, 6):
            path, hops, _ = rig.probe("--quic", "4433", "-c", "5",
                                      rig.address("h2", version))
            assert path["reached"] and path["loss"] == 0, path
            assert hops[3]["answered"] == 5, hops
    finally:
        server.stop()


def wait_for_port(rig, port, limit=10.0):
    until = time.monotonic() + limit
    while not rig.root("h2", "ss", "-Hlun", "sport", "=", ":%d" % port):
        assert time.monotonic() < until, "caddy does not listen"
        time.sleep(0.1)
