"""How much memory an import takes, for tests/zones/check."""
import os
import resource


def check(run):
    """A list many times larger than the memory its import may use."""
    pod = ('{"kind":"Pod","metadata":{"name":"p%d","labels":{'
           '"topology.kubernetes.io/zone":"z"},"managedFields":[' +
           ",".join('{"f:x%d":{"f:y":{}}}' % i for i in range(300)) +
           ']},"status":{"podIP":"10.%d.%d.%d"}}')
    with open("map.json", "w") as f:
        f.write('{"items":[')
        for i in range(6000):
            f.write(("," if i else "") +
                    pod % (i, i >> 16, i >> 8 & 255, i & 255))
        f.write(']}')
    size = os.path.getsize("map.json")

    def limit():
        resource.setrlimit(resource.RLIMIT_DATA, (24 << 20, 24 << 20))
    done = run(["import", "-o", "pods.csv", "map.json"], preexec_fn=limit)
    os.unlink("map.json")
    if done.returncode != 0 or b"6000 lines added" not in done.stderr:
        return "%d octets: %d %s" % (size, done.returncode, done.stderr)
    return "" if size > 30 << 20 else "the list is only %d octets" % size
