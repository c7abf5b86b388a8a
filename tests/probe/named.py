"""Names of targets and of hops, by a resolver that answers, denies or hangs."""
import os
import subprocess
import time

from rig import HERE, NOBODY, ROOT
import processes


class Resolver:
    """resolv.conf of the namespace, and what stands behind it."""

    def __init__(self, net, address):
        self.net = net
        self.folder = os.path.join("/etc/netns", net.name)
        self.path = os.path.join(self.folder, "resolv.conf")
        self.address, self.program = address, None

    def __enter__(self):
        os.makedirs(self.folder, exist_ok=True)
        with open(self.path, "w") as out:
            out.write("nameserver %s\noptions timeout:1 attempts:1\n" %
                      self.address)
        if self.address == "127.0.0.1":
            self.program = processes.Program("resolver", self.net.inside(
                "python3", os.path.join(HERE, "resolver.py")), self.net.folder)
            self.program.wait_ready()
        return self

    def __exit__(self, *_):
        if self.program:
            self.program.stop()
        os.remove(self.path)
        os.rmdir(self.folder)


def report(net, *words):
    return subprocess.run(
        net.inside(*NOBODY, os.path.join(ROOT, "build/netlat-probe"), "-qr",
                   "-c", "2", *words),
        capture_output=True, text=True, timeout=40)


def dead_resolver(net):
    """Names that nobody gives are waited for shortly."""
    with Resolver(net, "10.88.9.250"):
        start = time.monotonic()
        _, hops, _ = net.probe(200, names=True)
        took = time.monotonic() - start
    assert [h["answered"] for h in hops] == [10] * 4, hops
    assert took < 2.5, took
    assert all(h["name"] is None for h in hops), hops


def named(net):
    """Hops and targets have names; a target that has none, or none of the
    version asked for, is told of in a line."""
    with Resolver(net, "127.0.0.1"):
        _, hops, _ = net.probe(200, "-c", "2", names=True)
        assert [h["name"] for h in hops] == [
            "first.example", None, None, "four.example"], hops
        done = report(net, "four.example")
        assert done.returncode == 0 and "10.88.0.1 first.example" in \
            done.stdout and "\x1b" not in done.stdout, done
        for words, status, said in (
                (["nobody.example"], 2, "nobody.example: no such host"),
                (["-6", "four.example"], 2,
                 "four.example: no such host with IPv6"),
                (["-6", "both.example"], 3, "both.example: no route to it"),
                (["hangs.example"], 3,
                 "hangs.example: the resolver does not answer")):
            done = report(net, *words)
            assert done.returncode == status and said in done.stderr and \
                done.stderr.count("\n") == 1, (words, done)
        # The address that any program would use: the one with a route.
        for words in (["both.example"], ["-4", "both.example"]):
            done = report(net, *words)
            assert done.returncode == 0 and done.stdout.startswith(
                "both.example (10.88.9.200)"), done
