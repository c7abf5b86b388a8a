"""A terminal of its own for a program, by tmux."""
import os
import re
import shlex
import shutil
import subprocess
import time


def missing():
    return None if shutil.which("tmux") else "tmux is not installed"


class Terminal:
    made = 0

    def __init__(self, inside, columns=80, rows=24):
        """`inside` puts a command line into its network."""
        Terminal.made += 1
        self.socket = "nl-probe-%d-%d" % (os.getpid(), Terminal.made)
        environment = {k: v for k, v in os.environ.items()
                       if k not in ("TMUX", "NO_COLOR")}
        subprocess.run(
            inside("tmux", "-L", self.socket, "-f", "/dev/null",
                   "new-session", "-d", "-x", str(columns), "-y", str(rows),
                   "env LC_ALL=C.UTF-8 PS1='ready$ ' bash --norc -i"),
            check=True, env=environment)
        self.wait_for(r"ready\$")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-L", self.socket, "kill-server"],
                       capture_output=True)

    def tmux(self, *words):
        return subprocess.run(["tmux", "-L", self.socket, *words], check=True,
                              capture_output=True, text=True).stdout

    def type(self, *command):
        self.tmux("send-keys", "-l", shlex.join(command) + "; echo DONE $?")
        self.tmux("send-keys", "Enter")

    def keys(self, *names):
        self.tmux("send-keys", *names)

    def text(self):
        return self.tmux("capture-pane", "-p")

    def assert_plain(self, limit=2.0):
        """The shell has its screen and its cursor back."""
        until = time.monotonic() + limit
        state = None
        while state != "0 1" and time.monotonic() < until:
            state = self.tmux("display-message", "-p",
                              "#{alternate_on} #{cursor_flag}").strip()
        assert state == "0 1", state + self.text()

    def wait_for(self, pattern, limit=8.0):
        until = time.monotonic() + limit
        while time.monotonic() < until:
            text = self.text()
            if re.search(pattern, text):
                return text
            time.sleep(0.05)
        raise AssertionError("no %s on the screen:\n%s" % (pattern, text))
