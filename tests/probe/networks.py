"""Zones, networks and countries of the hops, from files; hosts and links that
lack something."""
import os
import re
import subprocess

from rig import ROOT
import mmdb


def zones(rig):
    """Zones of the hops, and what the way between them adds."""
    path = os.path.join(rig.folder, "zones.csv")
    with open(path, "w") as out:
        out.write("cidr,zone,region\n10.9.1.0/24,az1,eu\n"
                  "10.9.2.0/24,az1,eu\n10.9.4.0/24,az2,eu\n")
    _, hops, _ = rig.probe("--zones", path, rig.address("h2", 4))
    assert [h["zone"] for h in hops] == ["az1", "az1", None, "az2"], hops
    assert [h["crossing"] for h in hops] == ["same", "same", None, "cross"]
    assert hops[3]["crossing_from"] == "az1", hops
    text = rig.run("--zones", path, rig.address("h2", 4)).stdout
    found = re.search(r"from zone az1 to az2 at hop 4: adds ([\d.]+) ", text)
    assert found and 9.5 < float(found.group(1)) < 15, text
    bad = rig.run("--zones", "/nowhere.csv", rig.address("h2", 4))
    assert bad.returncode == 3 and "nowhere" in bad.stderr, bad


def origins(rig):
    """AS and country of the hops, from files of the user."""
    systems = os.path.join(rig.folder, "asn.mmdb")
    countries = os.path.join(rig.folder, "country.mmdb")
    key, holder = "autonomous_system_number", "autonomous_system_organization"
    mmdb.write(systems, "GeoLite2-ASN", {
        "10.9.1.0/24": {key: 64500, holder: "Near\x1b[2J Ltd"},
        "10.9.4.0/24": {key: 4200000001, holder: "Far"},
        "fd09:4::/64": {key: 64502, holder: "Far six"}})
    mmdb.write(countries, "GeoLite2-Country", {
        "10.9.0.0/22": {"country": {"iso_code": "NL"}},
        "10.9.4.0/24": {"country": {"iso_code": "DE"}}})
    words = ["--mmdb", systems, "--mmdb", countries]
    _, hops, _ = rig.probe(*words, rig.address("h2", 4))
    assert [(h["as_number"], h["as_name"], h["country"]) for h in hops] == [
        (64500, "Near\x1b[2J Ltd", "NL"), (None, None, "NL"),
        (None, None, "NL"), (4200000001, "Far", "DE")], hops
    _, hops, _ = rig.probe(*words, rig.address("h2", 6))
    assert [h["as_name"] for h in hops] == [None, None, None, "Far six"], hops
    text = rig.run(*words, rig.address("h2", 4)).stdout
    assert " from hop 1 on: AS64500 NL Near" in text, text
    assert " from hop 4 on: AS4200000001 DE Far\n" in text, text
    assert "\x1b" not in text, text
    assert all(len(line) <= 80 for line in text.splitlines()), text
    with open(systems, "w") as out:
        out.write("no database")
    bad = rig.run(*words, rig.address("h2", 4))
    assert bad.returncode == 3 and "asn.mmdb: no MaxMind DB" in bad.stderr, bad


def without_ipv6(rig):
    """A host without IPv6 says so.  Its addresses are gone afterwards."""
    rig.root("r3", "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
    try:
        name = rig.network.namespace("r3")
        probe = os.path.join(ROOT, "build/netlat-probe")
        for words in ([], ["--udp", "9"], ["--tcp", "9"], ["--paths"]):
            done = subprocess.run(
                [probe, "-nqr", "--netns", name, *words, "2001:db8::1"],
                capture_output=True, text=True, timeout=20)
            assert done.returncode == 3 and done.stderr == (
                "netlat probe: 2001:db8::1: no route to it: this host has no "
                "IPv6 address\n"), done
    finally:
        rig.root("r3", "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0")


def mtu_of_kernels(rig):
    """A link of 1,400 octets between two kernels."""
    def of_link(octets):
        for a, b in (("r2", "r3"), ("r3", "r2")):
            rig.root(a, "ip", "link", "set", "dev", b, "mtu", octets)
    of_link("1400")
    try:
        for version in (4, 6):
            done = rig.run("--json", "--mtu", rig.address("h2", version))
            found = rig.records(done.stdout)[0]
            assert found["mtu"] == 1400 and found["reached"], found
            assert [(s["ttl"], s["to"]) for s in found["steps"]] == \
                [(2, 1400)], found
    finally:
        of_link("1500")
