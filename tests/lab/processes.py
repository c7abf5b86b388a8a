"""The programs of a run: started, spoken to, stopped, whatever happens."""
import os
import re
import select
import signal
import socket
import subprocess
import time


class RigError(Exception):
    """Why a run could not be made."""


class Disturbed(RigError):
    """What the machine did to a run that makes it a measure of nothing."""


class Program:
    """One child process whose standard output says when it is ready.  It ends
    with the thread that started it, however that ends."""

    def __init__(self, name, command, folder, ready="ready"):
        self.name = name
        self.errors = os.path.join(folder, name + ".err")
        with open(self.errors, "w") as errors:
            self.child = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command],
                stdout=subprocess.PIPE, stderr=errors,
                stdin=subprocess.DEVNULL, text=True)
        self.ready = ready

    def wait_ready(self, limit=10.0):
        """Returns when the program has said its word."""
        until = time.monotonic() + limit
        if self.ready is None:
            return
        while time.monotonic() < until:
            wait = max(0.0, until - time.monotonic())
            if select.select([self.child.stdout], [], [], wait)[0]:
                line = self.child.stdout.readline()
                if line.startswith(self.ready):
                    return
                if not line:
                    break
        raise RigError("%s did not start: %s" % (self.name, self.complaint()))

    def complaint(self):
        with open(self.errors) as errors:
            text = errors.read().strip()
        return text or "it said nothing"

    def send_signal(self, number):
        if self.child.poll() is None:
            self.child.send_signal(number)

    def stop(self, limit=5.0):
        """Asks it to end; what it printed since, or None if it was killed."""
        self.send_signal(signal.SIGCONT)
        self.send_signal(signal.SIGTERM)
        try:
            return self.child.communicate(timeout=limit)[0]
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.communicate()
            return None


class Talker(Program):
    """A program that takes commands on a socket, one a message."""

    def __init__(self, name, command, folder, slot):
        # A socket's name has room for about a hundred octets.
        self.socket_path = "/tmp/nl-%d-%d-%s" % (os.getpid(), slot, name)
        self.remove_socket()
        super().__init__(name, command + ["--control", self.socket_path],
                         folder)
        self.socket = None

    def wait_ready(self, limit=10.0):
        super().wait_ready(limit)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(5)
        self.socket.connect(self.socket_path)

    def say(self, command):
        """Sends one command; its answer."""
        self.socket.send(command.encode())
        answer = self.socket.recv(65536).decode()
        if not answer.startswith("ok"):
            raise RigError("%s: %s: %s" % (self.name, command, answer))
        return answer[2:].strip()

    def stop(self, limit=5.0):
        if self.socket:
            self.socket.close()
        out = super().stop(limit)
        self.remove_socket()
        return out

    def remove_socket(self):
        try:
            os.unlink(self.socket_path)
        except FileNotFoundError:
            pass


class Sniffer(Program):
    """tcpdump inside a namespace, to a nanosecond file.

    In immediate mode a packet is in the file as soon as it was seen, and the
    kernel's buffer is cut into slots of the snapshot length: a short one makes
    room for many.
    """

    SNAPSHOT = "1600"

    def __init__(self, name, inside, interface, path, folder):
        super().__init__(name, inside(
            "tcpdump", "-i", interface, "-w", path, "--immediate-mode", "-n",
            "-Z", "root", "-s", self.SNAPSHOT, "-B", "32768",
            "--time-stamp-precision=nano"), folder, ready=None)

    def wait_ready(self, limit=10.0):
        """tcpdump says on its standard error that it listens."""
        until = time.monotonic() + limit
        while "listening on" not in self.complaint():
            if time.monotonic() > until or self.child.poll() is not None:
                raise RigError("%s did not start: %s" %
                               (self.name, self.complaint()))
            time.sleep(0.01)

    def require(self, quiet):
        """Disturbed unless the capture, now stopped, has all that came.  One
        that ended while packets came has not read the last: quiet=False."""
        captured, received, dropped = (
            int(n) for n in re.findall(r"^(\d+) packets ", self.complaint(),
                                       re.MULTILINE))
        if dropped or (quiet and captured != received):
            raise Disturbed("%s has %d of %d packets, and %d were dropped" %
                            (self.name, captured, received, dropped))
