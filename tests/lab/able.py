"""Whether this machine lets the lab run."""
import os
import shutil
import subprocess


def why_not():
    """The reason why it cannot, or None."""
    if os.geteuid() != 0:
        return "not root"
    for program in ("ip", "nsenter", "setpriv", "chrt", "tcpdump", "ping",
                    "sysctl"):
        if not shutil.which(program):
            return program + " is not installed"
    if not os.path.exists("/dev/net/tun"):
        return "no /dev/net/tun"
    name = "nl-try-%d-x" % os.getpid()
    done = subprocess.run(["ip", "netns", "add", name], capture_output=True,
                          text=True)
    if done.returncode != 0:
        return "no network namespaces: " + done.stderr.strip()
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return None
