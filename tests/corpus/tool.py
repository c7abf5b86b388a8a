"""One run of `netlat analyze` on a capture that may be anything, and whether
it kept its promises: an exit status that says what happened, records that are
JSON, every packet accounted for, the same answer twice."""
import json
import os
import resource
import subprocess

CPU_SECONDS = 10
STACK_OCTETS = 256 << 10
MEMORY_OCTETS = 512 << 20
OPTIONS = (["--segments"], ["--json"], ["--csv"], [])
ACCOUNTED = ("tcp", "udp", "icmp", "other", "filtered", "duplicates")


def limits(sanitized):
    """For the child: a hang, a deep recursion or a leak ends it."""
    def apply():
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # Sanitizers reserve terabytes and make frames several times larger.
        if not sanitized:
            resource.setrlimit(resource.RLIMIT_STACK,
                               (STACK_OCTETS, STACK_OCTETS))
            resource.setrlimit(resource.RLIMIT_AS,
                               (MEMORY_OCTETS, MEMORY_OCTETS))
    return apply


def run(program, options, path):
    sanitized = "asan" in program
    environment = dict(os.environ, TZ="UTC",
                       ASAN_OPTIONS="exitcode=99:detect_leaks=1",
                       UBSAN_OPTIONS="exitcode=99:print_stacktrace=1")
    return subprocess.run([program, "analyze", *options, path],
                          capture_output=True, env=environment,
                          preexec_fn=limits(sanitized), timeout=120)


def no_constant(name):
    raise ValueError("not JSON: " + name)


def check_records(output, status):
    """What of the records does not hold, or None."""
    records = [json.loads(line, parse_constant=no_constant)
               for line in output.split(b"\n")[:-1]]
    if not records:
        return None if status == 3 else "no records, exit %d" % status
    if records[-1]["type"] != "summary":
        return "last record is " + records[-1]["type"]
    captures = [r for r in records if r["type"] == "capture"]
    for r in captures:
        parts = sum(r[key] for key in ACCOUNTED) + sum(r["undecoded"].values())
        if parts != r["packets"]:
            return "%d packets, %d accounted for" % (r["packets"], parts)
    summary = records[-1]
    if summary["packets"] != sum(r["packets"] for r in captures):
        return "summary: another number of packets"
    if summary["flows"] != sum(r["type"] == "flow" for r in records):
        return "summary: another number of flows"
    if summary["exit"] != status:
        return "summary: exit %d, not %d" % (summary["exit"], status)
    return check_values(records)


def check_values(records):
    """Durations are not negative, segments belong to flows."""
    flows = {r["id"] for r in records if r["type"] == "flow"}
    for r in records:
        if r["type"] != "segment":
            continue
        if r["rtt_ns"] is not None and r["rtt_ns"] < 0:
            return "frame %d: negative round trip" % r["frame"]
        if r["flow"] not in flows:
            return "frame %d: of no flow" % r["frame"]
    return None


def without_time(output):
    """The records but for the one field that may differ between runs."""
    lines = output.split(b"\n")
    return [line for line in lines if b'"elapsed_ns"' not in line] + [
        line.split(b'"elapsed_ns"')[0] for line in lines
        if b'"elapsed_ns"' in line and b'"summary"' in line]


def examine(program, path, options=OPTIONS, twice=True):
    """Problems of `program` with the file at `path`, none if it is right."""
    problems = []
    for chosen in options:
        words = " ".join(chosen) or "text"
        try:
            done = run(program, chosen, path)
        except subprocess.TimeoutExpired:
            problems.append(words + ": does not end")
            continue
        problem = check_one(done, chosen)
        if not problem and twice and chosen == ["--segments"]:
            again = run(program, chosen, path)
            if without_time(again.stdout) != without_time(done.stdout):
                problem = "two runs differ"
        if problem:
            problems.append(words + ": " + problem)
    return problems


def check_one(done, chosen):
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode not in (0, 3):
        return "exit %d: %s" % (done.returncode, said[:400])
    if "ERROR:" in said or "runtime error" in said:
        return said[:400]
    if done.returncode == 3 and not said:
        return "exit 3 without a word"
    if chosen in (["--segments"], ["--json"]):
        try:
            return check_records(done.stdout, done.returncode)
        except (ValueError, KeyError) as error:
            return "records: %s" % error
    shown = done.stdout + done.stderr
    if any(c != 10 and not 32 <= c < 127 for c in shown):
        return "unprintable output"
    return None
