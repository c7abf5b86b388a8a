"""The live view in a terminal."""
import os
import re

from rig import NOBODY, ROOT
import mmdb
from terminal import Terminal

PROBE = os.path.join(ROOT, "build/netlat-probe")


def live(rig):
    """The view on a terminal: every pane, another size, and the terminal as
    it was afterwards."""
    target = rig.address("h2", 4)
    with Terminal(lambda *w: rig.network.inside("h1", *w)) as terminal:
        terminal.type(*NOBODY, PROBE, "-n", "-i", "0.2", target)
        terminal.wait_for(r"(?m)^  4 %s +- +[5-9]" % re.escape(target))
        terminal.keys("2")
        terminal.wait_for("ROUND TRIPS")
        terminal.keys("d")
        terminal.wait_for("PASSES")
        terminal.keys("4")
        terminal.wait_for("the route has not changed")
        terminal.keys("?")
        terminal.wait_for("Quit and print the report")
        terminal.tmux("resize-window", "-x", "60", "-y", "16")
        terminal.keys("Escape", "p")
        paused = terminal.wait_for("PAUSED")
        assert all(len(line) <= 60 for line in paused.split("\n")), paused
        terminal.keys("r")
        terminal.wait_for(r"PAUSED")
        terminal.keys("Space", "q")
        terminal.wait_for("DONE 0")
        terminal.assert_plain()
        assert "WHAT STANDS OUT" not in terminal.text()


def live_settings(rig):
    """What keys change while the view runs, and what they refuse."""
    target = rig.address("h2", 4)
    row = r"(?m)^  %d %s"
    with Terminal(lambda *w: rig.network.inside("h1", *w), 120) as terminal:
        terminal.type(*NOBODY, PROBE, "-n", target)
        terminal.wait_for(row % (4, re.escape(target)))
        for keys, shown in (
                (["i", "0", ".", "2", "Enter"], "a round every 200 ms"),
                (["i", "0", "Enter"], "--interval 0: write 0.01 to 3600"),
                (["m", "3", "2", "BSpace"], "last TTL: 3_"),
                (["Escape"], "q quit"),
                (["m", "2", "Enter"], row % (2, "10.9.2.2")),
                (["m", "9", "9", "9", "Enter"],
                 "--max-ttl 999: write 1 to 255"),
                (["f", "3", "Enter"], "--first-ttl 3 is beyond --max-ttl 2"),
                (["f", "2", "Enter"], r"ADDRESS.*\n  2 10.9.2.2"),
                (["f", "1", "Enter"], row % (1, "10.9.1.2")),
                (["s", "1", "0", "0", "Enter"], "ICMP"),
                (["u"], "UDP 33434"), (["u"], "  ICMP "),
                (["t"], "TCP 443"),
                (["s", "1", "0", "0", "Enter"], "a SYN has no payload"),
                (["t"], "  ICMP "), (["e"], "LABELS")):
            for key in keys:
                terminal.keys(key)
            terminal.wait_for(shown)
        text = terminal.text()
        assert target not in "".join(text.split("\n")[2:]), text
        terminal.keys("m", "9", "Enter")
        terminal.wait_for(row % (4, re.escape(target)))
        terminal.keys("i", "C-c")
        terminal.wait_for("DONE 0")
        terminal.assert_plain()


def live_columns(net):
    """Labels of routers, and networks from the user's files, as asked for."""
    systems = os.path.join(net.folder, "live.mmdb")
    mmdb.write(systems, "GeoLite2-ASN", {
        "10.88.0.0/24": {"autonomous_system_number": 64500,
                         "autonomous_system_organization": "Near"}})
    with Terminal(net.inside, 120) as terminal:
        terminal.type(PROBE, "-n", "--mmdb", systems, "10.88.9.20")
        terminal.wait_for(r"(?m)^  2 10.88.0.2 .*AS64500")
        terminal.keys("e")
        terminal.wait_for(r"LABELS[\s\S]*\n  2 10.88.0.2 .*16001 299776")
        terminal.keys("z")
        terminal.wait_for(r"(?m)^  2 10.88.0.2 (?!.*AS64500).*16001 299776")
        terminal.keys("e")
        terminal.wait_for(r"(?m)^  2 10.88.0.2 (?!.*16001)")
        terminal.keys("q")
        terminal.wait_for("DONE 0")


def live_ends(rig):
    """Suspended, continued, ended by a signal, ended by its rounds."""
    target = rig.address("h2", 4)
    with Terminal(lambda *w: rig.network.inside("h1", *w)) as terminal:
        terminal.type(PROBE, "-n", target)
        terminal.wait_for(r"\[1 Hops\]")
        terminal.keys("C-z")
        terminal.wait_for("Stopped")
        terminal.assert_plain()
        terminal.type("fg")
        terminal.wait_for(r"\[1 Hops\]")
        terminal.keys("Q")
        text = terminal.wait_for("DONE 0")
        terminal.assert_plain()
        assert "path loss 0 %" in text, text
        terminal.tmux("send-keys", "-R")
        terminal.tmux("clear-history")
        terminal.type("timeout", "--foreground", "-s", "TERM", "2", PROBE,
                      "-n", target)
        terminal.wait_for("DONE 124")
        terminal.assert_plain()
        terminal.type("clear")
        terminal.type(PROBE, "-n", "-c", "3", "-i", "0.1", target)
        # The report before this one may still be on the screen.
        terminal.wait_for(r"3 rounds of[\s\S]*path loss 0 %")
        terminal.assert_plain()
        terminal.type("env", "TERM=dumb", PROBE, "-n", "-c", "4", target)
        terminal.wait_for("4 rounds of 100 ms")
