"""A program in a terminal of tmux's."""
import os
import re
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def wait_for(true, what, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


class Terminal:
    number = 0

    def __init__(self, columns, rows, command):
        Terminal.number += 1
        self.socket = "netlat-%d-%d" % (os.getpid(), Terminal.number)
        env = {k: v for k, v in os.environ.items()
               if k not in ("NO_COLOR", "LC_ALL", "LANG", "TMUX")}
        env.update(TZ="UTC", LC_ALL="C.UTF-8", TERM="xterm-256color")
        subprocess.run(
            self.command("-f", "/dev/null", "new-session", "-d", "-x",
                         str(columns), "-y", str(rows), "exec " + command,
                         ";", "set", "-g", "escape-time", "0",
                         ";", "set", "-g", "remain-on-exit", "on"),
            env=env, check=True)

    def command(self, *words):
        return ["tmux", "-u", "-L", self.socket, *words]

    def run(self, *words):
        return subprocess.run(self.command(*words), capture_output=True,
                              text=True, check=False).stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill_server()

    def kill_server(self):
        subprocess.run(self.command("kill-server"), check=False,
                       stderr=subprocess.DEVNULL)

    def keys(self, *keys):
        for key in keys:
            self.run("send-keys", key)

    def type(self, text):
        self.run("send-keys", "-l", text)

    def resize(self, columns, rows):
        self.run("resize-window", "-x", str(columns), "-y", str(rows))

    def text(self, styles=False):
        return self.run("capture-pane", "-p", *(["-eN"] if styles else []))

    def wait(self, pattern, seconds=8):
        """The screen once it matches."""
        end = time.monotonic() + seconds
        while True:
            text = self.text()
            if re.search(pattern, text):
                return text
            assert time.monotonic() < end, "no %r in: %s" % (pattern, text)
            time.sleep(0.03)

    def pid(self):
        return int(self.run("display-message", "-p", "#{pane_pid}"))

    def wait_end(self):
        wait_for(lambda: self.run("display-message", "-p",
                                  "#{pane_dead}").strip() in ("1", ""),
                 "did not end")

    def cpu(self):
        with open("/proc/%d/stat" % self.pid(), encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
