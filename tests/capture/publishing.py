"""Who reads, how slowly, and what is left after a kill or a full disk."""
import glob
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from live import NETLAT, Capture, Veth, counter, of_type, rig


class Place:
    """A directory that whoever captures may write to."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="netlat-")
        os.chmod(self.path, 0o777)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def file(self, name, text, mode=0o644):
        path = os.path.join(self.path, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, mode)
        return path

    def records(self):
        """Of all files, oldest first; a damaged one is an error."""
        found = []
        for path in sorted(glob.glob(self.path + "/netlat-*")):
            tool = {"zst": "zstd", "gz": "gzip"}.get(
                path.replace(".part", "").rsplit(".", 1)[1], "cat")
            words = [tool] if tool == "cat" else [tool, "-dc"]
            with open(path, "rb") as content:
                done = subprocess.run(words, stdin=content, check=True,
                                      capture_output=True)
            rig.expect(not done.stdout or done.stdout.endswith(b"\n"),
                       "half a line in " + path)
            found += [json.loads(line) for line in done.stdout.splitlines()]
        return found


class Reader:
    """Attached to the socket; reads only when told to."""

    def __init__(self, path, buffer=None):
        self.socket = socket.socket(socket.AF_UNIX)
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   buffer)
        self.socket.connect(path)
        self.octets = b""

    def read(self, seconds):
        """Until the end, or so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.socket.settimeout(max(0.01, until - time.monotonic()))
            try:
                more = self.socket.recv(1 << 20)
            except socket.timeout:
                break
            if not more:
                break
            self.octets += more
        whole = self.octets[:self.octets.rfind(b"\n") + 1]
        return [json.loads(line) for line in whole.splitlines()]


def memory(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as lines:
        for line in lines:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0


def pings(net, count):
    """That many ICMP echo records."""
    subprocess.run(["ip", "netns", "exec", net.a.name, "ping", "-q", "-f",
                    "-c", str(count), "10.0.0.2"], check=True,
                   capture_output=True)


def check_slow_stdout():
    """A reader that stands still costs records, not packets or memory."""
    with Veth() as net:
        before = counter(net.b, "rx_packets") + counter(net.b, "tx_packets")
        ends = os.pipe()
        process = subprocess.Popen(
            ["ip", "netns", "exec", net.b.name, NETLAT, "-i", "eth0",
             "--json"], stdout=ends[1], stderr=subprocess.PIPE, text=True)
        os.close(ends[1])
        time.sleep(1.2)
        pings(net, 5000)
        time.sleep(0.5)
        first = memory(process.pid)
        pings(net, 15000)
        time.sleep(0.5)
        rig.expect(memory(process.pid) < first + 8, "memory grew from %.1f "
                   "to %.1f MiB" % (first, memory(process.pid)))
        with os.fdopen(ends[0], "rb") as stream:
            os.set_blocking(stream.fileno(), False)
            octets, until = b"", time.monotonic() + 2
            while time.monotonic() < until:
                octets += stream.read() or b""
                time.sleep(0.01)
            after = (counter(net.b, "rx_packets")
                     + counter(net.b, "tx_packets"))
            process.send_signal(signal.SIGINT)
            os.set_blocking(stream.fileno(), True)
            octets += stream.read()
        said = process.communicate(timeout=5)[1]
        rig.expect(process.returncode == 0, said)
        records = [json.loads(line) for line in octets.splitlines()]
        capture = of_type(records, "capture")[0]
        rig.expect(capture["kernel_drops"] == 0, "packets were dropped")
        rig.expect(capture["packets"] == after - before, "packets are missing")
        lost = sum(r["records"] for r in of_type(records, "lost"))
        told = len(of_type(records, "exchange"))
        rig.expect(lost > 0, "nothing was lost: no test")
        # The others that can have been lost are intervals.
        rig.expect(0 <= told + lost - 20000 <= 10,
                   "%d told and %d lost of 20000" % (told, lost))


def check_socket():
    """Readers that read, that stop and that leave."""
    with Veth() as net, Place() as place:
        path = place.path + "/socket"
        capture = Capture(net.b, "-i", "eth0", "--json", "--socket", path)
        for _ in range(40):
            Reader(path).socket.close()
        prompt, stopped = Reader(path), Reader(path, 4096)
        pings(net, 15000)
        time.sleep(0.7)
        late = Reader(path)
        got = prompt.read(1.5)
        rig.expect(got[0]["type"] == "capture", "no word of the capture")
        rig.expect(of_type(got, "exchange"), "no records")
        rig.expect(of_type(late.read(1.2), "interval"),
                   "a late reader knows nothing of the last minute")
        got = stopped.read(1)
        mine = len(of_type(got, "exchange"))
        gone = sum(r["records"] for r in of_type(got, "lost"))
        rig.expect(gone > 0, "the slow reader lost nothing: no test")
        rig.expect(0 <= mine + gone - 15000 <= 20,
                   "%d told and %d lost of 15000" % (mine, gone))
        records, took = capture.stop()
        rig.expect(of_type(records, "capture")[0]["kernel_drops"] == 0,
                   "packets were dropped")
        rig.expect(took < 1, "the end took %.1f s" % took)
        # Where the machine was so busy that it lost some, intervals may be
        # among those.
        told = len(of_type(records, "exchange"))
        lost = sum(r["records"] for r in of_type(records, "lost"))
        rig.expect(0 <= told + lost - 15000 <= min(lost, 10),
                   "%d told and %d lost of 15000" % (told, lost))
        rig.expect(not os.path.exists(path), "the socket is still there")


def record_now(path, *words):
    """Asks the capture whose socket that is, as somebody if `words` say so."""
    return subprocess.run([*words, NETLAT, "--record-now", "--socket", path],
                          capture_output=True, text=True, timeout=40)


def refused(done, status, says):
    """One clear line and the right status."""
    rig.expect(done.returncode == status and not done.stdout,
               "status %d: %s" % (done.returncode, done.stdout))
    rig.expect(re.fullmatch(says + "\n", done.stderr), done.stderr)


def check_record_now():
    """Whoever may attach may ask for a recording, and is told of it."""
    with Veth() as net, Place() as place:
        path = place.path + "/socket"
        refused(record_now(path), 3, ".*socket: No such file or directory; "
                "is there a netlat capture with --socket[?]")
        capture = Capture(net.b, "-i", "eth0", "--socket", path, "--recorder",
                          place.path, "--recorder-keep", "1M")
        refused(record_now(path, "setpriv", "--reuid=4242", "--regid=4242",
                           "--clear-groups"), 4,
                ".*socket: Permission denied; its owner and group may attach")
        pings(net, 20)
        loud = Reader(path)
        try:
            for _ in range(8):
                loud.socket.sendall(b"x" * (1 << 20))
        except OSError:
            pass
        began = time.monotonic()
        done = record_now(path)
        took = time.monotonic() - began
        rig.expect(done.returncode == 0, done.stderr)
        file = done.stdout.rstrip("\n")
        rig.expect(file.startswith(place.path + "/flight-"), file)
        rig.expect(4 < took < 12, "%.1f s" % took)
        with open(file, "rb") as content:
            rig.expect(b"asked for by a reader of the socket" in content.read(),
                       "no reason in it")
        # The same moment again: nothing has passed since.
        watcher = Reader(path)
        again = record_now(path)
        rig.expect(again.returncode == 0, again.stderr)
        rig.expect(again.stdout.rstrip("\n") not in ("", file), again.stdout)
        told = of_type(watcher.read(1), "recording")
        rig.expect([r["file"] for r in told] == [
            file, again.stdout.rstrip("\n")], str(told))
        capture.stop()
        refused(record_now(path), 3, ".*is there a netlat capture.*")
        capture = Capture(net.b, "-i", "eth0", "--socket", path)
        refused(record_now(path), 3, ".*socket: there is no flight recorder to "
                "write; start netlat capture with --recorder")
        capture.stop()


def check_files():
    """Files hold what standard output says, in order, within the quota."""
    for compression in ("zstd", "gzip", "none"):
        with Veth() as net, Place() as place:
            config = place.file("c.toml", """
                interfaces = ["eth0"]
                json = true
                [records]
                directory = "%s"
                compression = "%s"
                file_size = "64k"
                quota = "1M"
                """ % (place.path, compression))
            capture = Capture(net.b, "-c", config)
            for _ in range(4 if compression == "none" else 1):
                pings(net, 1000)
                time.sleep(1.05)
            capture.wait(lambda: len(glob.glob(place.path + "/*.part")) == 1,
                         "no file in the making")
            records, took = capture.stop()
            rig.expect(took < 1, "the end took %.1f s" % took)
            kept = place.records()
            if compression == "none":
                size = sum(os.path.getsize(p) for p in
                           glob.glob(place.path + "/netlat-*"))
                rig.expect(size <= 1 << 20, "%d octets in all" % size)
                rig.expect(kept == records[-len(kept):], "another end")
                rig.expect(len(kept) < len(records), "nothing was removed")
            else:
                rig.expect(kept == records, "the files hold something else")
            rig.expect(not glob.glob(place.path + "/*.part"), "unfinished")


def check_killed(times=6, seed=20):
    """After a kill at any time all but the last second can be read."""
    chance = random.Random(seed)
    with Veth() as net, Place() as place:
        ping = subprocess.Popen(
            ["ip", "netns", "exec", net.a.name, "ping", "-q", "-i", "0.002",
             "10.0.0.2"], stdout=subprocess.DEVNULL)
        lines = 0
        for _ in range(times):
            capture = Capture(net.b, "-i", "eth0", "--records", place.path)
            time.sleep(1.5 + chance.random())
            whom = capture.publisher() if chance.random() < 0.5 \
                else capture.process.pid
            os.kill(whom, signal.SIGKILL)
            died = time.time()
            capture.process.wait(5)
            capture.wait_gone()
            got = place.records()
            new, lines = got[lines:], len(got)
            ends = [r["end_us"] for r in of_type(new, "interval")]
            rig.expect(ends, "no record before the kill")
            # A second in the making, and the 0.35 until it is written.
            rig.expect(max(ends) / 1e6 > died - 1.6,
                       "the last second is %.1f s old"
                       % (died - max(ends) / 1e6))
        ping.kill()
        ping.wait()


def check_disk_full():
    """A full disk is said, counted and survived."""
    with Veth() as net, Place() as place:
        subprocess.run(["mount", "-t", "tmpfs", "-o",
                        "size=256k,mode=777,nr_inodes=20", "none",
                        place.path], check=True)
        try:
            filler = place.path + "/filler"
            capture = Capture(net.b, "-i", "eth0", "--json", "--records",
                              place.path)
            time.sleep(1.3)
            with open(filler, "wb", buffering=0) as out:
                try:
                    while out.write(b"x" * 4096):
                        pass
                except OSError:
                    pass
            pings(net, 10000)
            capture.wait(lambda: any("No space left" in s
                                     for s in capture.said), "never said", 5)
            os.unlink(filler)
            # It is tried again every ten seconds.
            capture.wait(lambda: any("written again" in s
                                     for s in capture.said), "no second try",
                         13)
            records, took = capture.stop()
            rig.expect(took < 1, "the end took %.1f s" % took)
            kept = place.records()
            lost = sum(r["records"] for r in of_type(kept, "lost"))
            kept = [r for r in kept if r["type"] != "lost"]
            records = [r for r in records if r["type"] != "lost"]
            # Of standard output, on a busy machine.
            unread = sum(int(n) for n in re.findall(
                r"(\d+) lines were not written", "".join(capture.said)))
            rig.expect(lost > 0, "nothing was lost: no test")
            rig.expect(len(kept) + lost == len(records) + unread,
                       "%d kept and %d lost of %d and %d"
                       % (len(kept), lost, len(records), unread))
        finally:
            subprocess.run(["umount", place.path], check=True)
