"""Runs lab-serve and lab-drive on this host, reads what they logged, and
keeps the list of tests, here called rows."""
import csv
import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time

SECOND = 1_000_000_000
MS = 1_000_000


class Failure(Exception):
    """What a row expected and what it saw."""


def expect(condition, *facts):
    if not condition:
        raise Failure(" ".join(str(fact) for fact in facts))


def expect_ms(name, ns, least, most):
    expect(least <= ns / MS <= most, "%s is %.3f ms, expected %g to %g ms"
           % (name, ns / MS, least, most))


def free_port(host="127.0.0.1"):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


class Row(dict):
    """A logged row; every value that is an integer is one."""

    def __init__(self, values):
        super().__init__((key, int(text) if text.isdigit() else text)
                         for key, text in values.items())
        self.__dict__ = self


def table(path):
    with open(path, newline="") as file:
        return [Row(values) for values in csv.DictReader(
            file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def before_others():
    """For a child: not to wait for a processor, if that is allowed."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pass


class Program:
    """One of the two, from its lines until stop()."""

    def __init__(self, binary, directory, lines):
        handle, self.config = tempfile.mkstemp(".conf", dir=directory)
        with os.fdopen(handle, "w") as file:
            file.write("\n".join(lines) + "\n")
        self.log = self.config + ".log"
        self.socket = self.config + ".socket"
        self.process = subprocess.Popen(
            [binary, self.config, "--log", self.log, "--control", self.socket],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=before_others)
        self.stopped = False
        self.said("ready")

    def said(self, word):
        line = self.process.stdout.readline()
        if line != word + "\n":
            self.process.kill()
            raise Failure("expected '%s', got '%s' %s" % (
                word, line, self.process.stderr.read()))

    def command(self, text):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as caller:
            caller.connect(self.socket)
            caller.send(text.encode())
            return caller.recv(4096).decode()

    def tell(self, *lines):
        for text in lines:
            answer = self.command(text)
            expect(answer == "ok", text, "->", answer)

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.stopped:
            return
        self.stopped = True
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        expect(self.process.returncode == 0, self.config, "exit status",
               self.process.returncode)

    def rows(self):
        self.stop()
        return table(self.log)

    def connections(self, event):
        self.stop()
        return [row for row in table(self.log + ".connections")
                if row.event == event]


class Bench:
    """A directory and the programs that a test runs in it."""

    def __init__(self, build):
        self.build = build
        self.directory = tempfile.TemporaryDirectory()
        self.programs = []

    def run(self, name, lines):
        program = Program(os.path.join(self.build, name), self.directory.name,
                          lines)
        self.programs.append(program)
        return program

    def serve(self, *lines, options="", host="127.0.0.1"):
        port = free_port(host.strip("[]"))
        server = self.run("lab-serve", ["listen %s:%d %s"
                                        % (host, port, options), *lines])
        server.address = "%s:%d" % (host, port)
        return server

    def drive(self, target, *lines, options=""):
        return self.run("lab-drive", ["target %s %s" % (target, options),
                                      *lines])

    def drive_to_end(self, target, *lines, options=""):
        client = self.drive(target, *lines, options=options)
        client.said("done")
        client.stop()
        return client

    def close(self):
        for program in self.programs:
            if program.process.poll() is None:
                program.process.kill()
                program.process.communicate()
        self.directory.cleanup()


def all_ok(rows, count):
    expect(len(rows) == count, len(rows), "rows, expected", count)
    for row in rows:
        expect(row.outcome == "ok", "outcome", row.outcome)


def latency(row):
    return row.last_byte_ns - row.intended_ns


def median(values):
    return statistics.median(values)


def live(program):
    """Rows of a program that runs on: they are there within 100 ms."""
    time.sleep(0.1)
    return table(program.log)


ALONE = []     # judge time closely: one after the other
TOGETHER = []  # wait most of the time: side by side


def alone(row):
    ALONE.append(row)
    return row


def together(row):
    TOGETHER.append(row)
    return row
