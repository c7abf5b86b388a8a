"""Terminals of all kinds: suspended, resized, hung up, plain, slow."""
import os
import pty
import re
import subprocess
import tempfile
import time

from common import DEMO, REPLAY, TOP, alive, expect, interval
from terminal import Terminal, wait_for


def check_suspend():
    with tempfile.TemporaryDirectory() as directory, \
            Terminal(80, 24, "env PS1='shell>' bash --norc -i") as t:
        before, after = (os.path.join(directory, n) for n in ("a", "b"))
        t.wait("shell>")
        t.type("stty -g >%s; %s" % (before, REPLAY))
        t.keys("Enter")
        t.wait("ENDED")
        t.keys("C-z")
        t.wait("Stopped")
        t.resize(100, 30)
        t.type("fg")
        t.keys("Enter")
        t.wait(r"\[1 Overview\]")           # what 100 columns have room for
        t.keys("q")
        t.wait("shell>")
        t.type("stty -g >%s; echo done-$((1+1))" % after)
        t.keys("Enter")
        t.wait("done-2")
        with open(before, encoding="ascii") as a, \
                open(after, encoding="ascii") as b:
            expect(a.read() == b.read(), "the terminal's settings changed")


def check_resize_storm():
    with Terminal(80, 24, REPLAY) as t:
        t.wait("ENDED")
        sizes = [(40, 5), (200, 60), (10, 3), (160, 45), (60, 16), (1, 1)]
        for i in range(60):
            t.resize(*sizes[i % len(sizes)])
        t.resize(80, 24)
        t.keys("5")
        t.wait("refuses connections")
        expect(t.cpu() < 3, "busy after the storm")


def check_copy():
    """The terminal has the selected row: tmux keeps what OSC 52 gives it."""
    with Terminal(100, 30, REPLAY) as t:
        t.run("set", "-g", "set-clipboard", "on")
        t.wait("ENDED")
        for keys, row in (
                ("2j", r"10\.20\.1\.17:\d+-10\.20\.2\.4\d:\d+"),
                ("5", r"[0-9-]+ [0-9:.]+ 10\.20\.2\.4\d:\d+ [^\n]+")):
            t.keys(*keys, "c")
            asked = "asked the terminal to copy: (%s)" % row
            said = re.search(asked, t.wait(asked)).group(1).rstrip(" .")
            wait_for(lambda: t.run("show-buffer").startswith(said), "%r, not %r"
                     % (t.run("show-buffer"), said))


def check_mouse():
    """It stays the terminal's, which selects text with it."""
    with Terminal(100, 30, REPLAY) as t:
        t.wait("ENDED")
        asked = t.run("display-message", "-p", "#{mouse_any_flag}").strip()
        expect(asked == "0", "mouse_any_flag is %r" % asked)


def check_acknowledge():
    """An open event is no longer one, here and in the count."""
    with Terminal(100, 30, REPLAY + " --slo 'network p99 < 2ms'") as t:
        t.wait("(?s)1 open.*ENDED|(?s:ENDED.*1 open)")
        t.keys("5")
        t.wait("OPEN")
        for _ in range(3):
            t.keys("k")
        for _ in range(3):
            t.keys("a", "j")
        wait_for(lambda: "OPEN" not in t.text(), "the event stays open")
        t.keys("1")
        text = t.wait(r"\[1 Over")
        expect("1 open" not in text, text)


def check_hang_up():
    with Terminal(80, 24, REPLAY) as t:
        t.wait("ENDED")
        pid = t.pid()
        expect(os.path.exists("/proc/%d" % pid), "no process")
        started = time.monotonic()
        t.kill_server()
        wait_for(lambda: not alive(pid), "alive after the terminal", 2)
        expect(time.monotonic() - started < 1.5, "took too long to end")


def check_ascii():
    with Terminal(80, 24, "env LC_ALL=C " + REPLAY) as t:
        text = t.wait("ENDED")
        expect(all(ord(c) < 128 for c in text), "not ASCII under LC_ALL=C")
        expect("-- CONNECTIONS" in text, "no headings")
    with Terminal(80, 24, "env LC_ALL=C.UTF-8 " + REPLAY) as t:
        t.wait("ENDED")
        t.wait("\u2500\u2500 CONNECTIONS")


def check_no_color():
    with Terminal(80, 24, REPLAY) as t:
        t.wait("ENDED")
        expect(re.search(r"\x1b\[[0-9;]*3[1-6]", t.text(styles=True)),
               "no colours at all")
    with Terminal(80, 24, "env NO_COLOR=1 " + REPLAY) as t:
        t.wait("ENDED")
        styled = t.text(styles=True)
        expect(not re.search(r"\x1b\[(?:[0-9]+;)*[34][0-8]", styled),
               "colours in spite of NO_COLOR")


def check_dumb_terminal():
    with Terminal(80, 40, "sh -c 'env TERM=dumb %s -r %s; echo status $?; "
                  "sleep 9'" % (TOP, DEMO)) as t:
        text = t.wait("status 0")
        expect("cannot be drawn on" in text and "10.20.2.40" in text, text)


def check_slow_terminal():
    """A terminal that takes nothing must not hold back who writes records."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [TOP, "-"], stdin=subprocess.PIPE, stdout=slave, stderr=slave,
        start_new_session=True, text=True,
        preexec_fn=lambda: take_terminal(slave),
        env=dict(os.environ, TERM="xterm-256color"))
    os.close(slave)
    try:
        started = time.monotonic()
        for second in range(300):
            for i in range(40):
                process.stdin.write(
                    interval(second, server="10.0.0.%d:443" % i,
                             packets=(second * 7919 + i) % 5000))
            process.stdin.flush()
            time.sleep(0.01)
        took = time.monotonic() - started
        expect(took < 25, "writing records took %.1f s" % took)
        expect(process.poll() is None, "it ended")
    finally:
        process.kill()
        process.wait()
        os.close(master)


def take_terminal(fd):
    import fcntl
    import termios
    fcntl.ioctl(fd, termios.TIOCSCTTY, 0)
