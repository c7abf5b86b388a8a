"""netlat probe --flow beside connections that are in use: it names the way
they take, and they go on as if nothing had been sent."""
import json
import os
import shutil
import subprocess

from rig import HERE, ROOT, near_side
import processes

SERVER_PORT = 7777
TALK = os.path.join(HERE, "talk.py")
# As NOBODY, but what file capabilities give stays.
USER = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
MIDDLE = ("r2a", "r2b")


class Server:
    def __init__(self, rig):
        self.program = processes.Program(
            "talk-server", rig.network.inside(
                "h2", "python3", TALK, "serve", str(SERVER_PORT)), rig.folder)

    def __enter__(self):
        self.program.wait_ready()
        return self

    def __exit__(self, *_):
        self.program.stop()


class Connection:
    """One from h1 to h2, from a port that is known."""

    def __init__(self, rig, mode, version, port):
        self.rig, self.version, self.port = rig, version, port
        self.target = rig.address("h2", version)
        self.program = processes.Program(
            "talk-%d" % port, rig.network.inside(
                "h1", "python3", TALK, mode, self.target, str(SERVER_PORT),
                str(port)), rig.folder)

    def __enter__(self):
        self.program.wait_ready()
        return self

    def __exit__(self, *_):
        self.program.stop()

    def words(self):
        form = "[%s]:%d" if self.version == 6 else "%s:%d"
        return ["--flow", "-".join((
            form % (self.rig.address("h1", self.version), self.port),
            form % (self.target, SERVER_PORT)))]

    def statistics(self):
        """What the kernel of h1 says of it."""
        return self.rig.root("h1", "ss", "-Htin", "sport", "=",
                             ":%d" % self.port)

    def finish(self):
        """Octets that arrived; the test fails if any did not."""
        text = self.program.stop()
        arrived = int(text) if text else -1
        assert arrived > 0, (text, self.program.complaint())
        return arrived


def setcap_missing():
    return None if shutil.which("setcap") else "setcap is not installed"


def permitted(folder):
    """A copy of the program with an opener that a user may run."""
    bin_folder = os.path.join(folder, "permitted")
    if not os.path.isdir(bin_folder):
        os.mkdir(bin_folder)
        os.chmod(bin_folder, 0o755)
        for name in ("netlat-probe", "netlat-opener"):
            shutil.copy(os.path.join(ROOT, "build", name), bin_folder)
        subprocess.run(["setcap", "cap_net_raw+ep", os.path.join(
            bin_folder, "netlat-opener")], check=True)
    return os.path.join(bin_folder, "netlat-probe")


def probe_beside(rig, connection, *words, program=None):
    """As rig.probe(), by a user whose opener has the capability."""
    command = [*USER, program or permitted(rig.folder), "-n", "-q", "--json"]
    done = subprocess.run(
        rig.network.inside("h1", *command, *connection.words(), *words),
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done
    records = rig.records(done.stdout)
    path = next(r for r in records if r["type"] == "path")
    assert path["flows"][0]["in_use"], path
    return path, [r for r in records if r["type"] == "hop"]


def packets_through(rig, router):
    device = json.loads(rig.root(router, "ip", "-s", "-j", "link", "show",
                                 "r1"))[0]
    return device["stats64"]["rx"]["packets"]


def errors_dropped(rig):
    """ICMP errors that h1 took for none of a connection's, by what they
    quote."""
    return int(rig.root("h1", "nstat", "-asz",
                        "TcpExtOutOfWindowIcmps").split()[-2])


def way_of(rig, version, before, after):
    """The side of the diamond that carried the more packets."""
    grown = [b - a for a, b in zip(before, after)]
    assert max(grown) > 20 * (min(grown) + 1), grown
    return near_side(rig, MIDDLE[grown.index(max(grown))], "r1", version)


def beside_one(rig, mode, version, port, *words):
    """The second hop of the connection, as probes beside it tell and as the
    routers' counters do; the latter is None where it says nothing."""
    with Connection(rig, mode, version, port) as connection:
        before = [packets_through(rig, r) for r in MIDDLE]
        dropped = errors_dropped(rig)
        path, hops = probe_beside(rig, connection, *words)
        after = [packets_through(rig, r) for r in MIDDLE]
        assert path["send_failures"] == 0, path
        assert [h["ttl"] for h in hops[:3]] == [1, 2, 3], hops
        assert all(h["answered"] == h["sent"] == path["rounds"]
                   for h in hops[:3]), hops
        # None of them was an error of the connection.
        assert errors_dropped(rig) - dropped == 3 * path["rounds"], hops
        if mode != "sends":
            # Nothing else that its peer says looks like an answer.
            assert hops[3]["address"] == connection.target, hops
            assert hops[3]["answered"] == path["rounds"], hops[3]
            assert 10e6 < hops[3]["rtt"]["min_ns"] < 25e6, hops[3]
        statistics = connection.statistics()
        assert "retrans" not in statistics, statistics
        connection.finish()
    if mode == "idle":
        return hops[1]["address"], None
    taken = way_of(rig, version, before, after)
    return hops[1]["address"], taken


def beside(rig, version):
    """Connections that send, receive and rest, on several ports, go on while
    their way is told, which is the one that their packets take."""
    with Server(rig):
        for i, (mode, words) in enumerate((
                ("sends", ["-m", "3"]), ("receives", []), ("idle", []))):
            told, taken = beside_one(rig, mode, version,
                                     42000 + 10 * version + i, "-c", "2",
                                     *words)
            assert taken in (told, None), (mode, told, taken)


def beside_forbidden(rig):
    """Without the capability it is said what to do."""
    with Server(rig), Connection(rig, "idle", 4, 42100) as connection:
        done = rig.run(*connection.words(), "-r")
        assert done.returncode == 4 and done.stderr.count("\n") == 1, done
        assert "source port 42100 is in use" in done.stderr, done
        assert "setcap cap_net_raw+ep" in done.stderr, done
        connection.finish()
