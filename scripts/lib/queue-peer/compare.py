"""Compares the queue with its peers. Called by scripts/queue-peers:

    compare.py URRBENCH ROUNDS MILLISECONDS [PEER]   the C++ queue, in turns with ours
    compare.py --nanoseconds CASE                    reads a record of `core --json`, prints its figure
    compare.py --server NAME OURS                    reads a line of sqs_speed.py, prints the ratio
"""

import json
import statistics
import subprocess
import sys

# Our case, and batch, groups, retained messages and remembered ids of the peer's.
CASES = [
    (f"queue-1t-b{batch}-g{'10k' if groups > 1000 else groups}-r{'1M' if held > 1000 else '1k'}-{mode}",
     batch, groups, held, 1_000_000 if mode == "dedup" else 0)
    for batch, groups, held, mode in [
        (10, 10_000, 1000, "dedup"), (10, 10_000, 1_000_000, "dedup"), (10, 100, 1000, "dedup"),
        (10, 1, 1000, "dedup"), (1, 10_000, 1000, "dedup"), (10, 10_000, 1000, "plain"),
    ]
]


def nanoseconds(record, name):
    """Nanoseconds per message of a case, the median over its good trials."""
    for case in record["core"]["cases"]:
        if case["name"] == name:
            return 1e9 / case["figures"]["rate"]["median"]
    raise SystemExit(f"compare.py: no case {name}")


def ours(urrbench, name, milliseconds):
    """One trial of our queue."""
    command = [urrbench, "core", "-t", "1", "--time", str(milliseconds), "--filter", name, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return nanoseconds(json.loads(done.stdout), name)


def theirs(peer, sizes, milliseconds, cost):
    """One trial of the C++ queue, about as long."""
    messages = max(10_000, int(milliseconds * 1e6 / cost) // 10 * 10)
    command = [peer, *(str(size) for size in sizes), str(messages)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def compare(urrbench, rounds, milliseconds, peer):
    """Trials in turns; medians, and the median of the ratios of neighbours."""
    if not peer:
        return
    print("send + receive + delete, one thread, 64-byte bodies, ns per message (medians):\n")
    print(f"{'case':32}{'ours':>8}{'C++':>8}{'C++ / ours':>12}{'least':>8}{'most':>8}")
    values = {case[0]: ([], []) for case in CASES}
    for _ in range(rounds):
        for name, *sizes in CASES:
            first = ours(urrbench, name, milliseconds)
            values[name][0].append(first)
            values[name][1].append(theirs(peer, sizes, milliseconds, 4 * first))
    for name, (first, second) in values.items():
        ratios = [b / a for a, b in zip(first, second)]
        print(f"{name:32}{statistics.median(first):8.0f}{statistics.median(second):8.0f}"
              f"{statistics.median(ratios):11.2f}x{min(ratios):8.2f}{max(ratios):8.2f}")


def server(name, cost):
    """One line for a server."""
    found = json.load(sys.stdin)
    alone = max(1.0, found["ns"] - found["emptyNs"])
    print(f"  {name:12}{found['ns'] / 1000:9.0f} us per message, of which {found['emptyNs'] / 1000:.0f} us"
          f" are its share of three calls that do nothing;"
          f" ours {cost:.0f} ns: {found['ns'] / cost:,.0f}x, without the network {alone / cost:,.0f}x")


if sys.argv[1] == "--nanoseconds":
    print(f"{nanoseconds(json.load(sys.stdin), sys.argv[2]):.1f}")
elif sys.argv[1] == "--server":
    server(sys.argv[2], float(sys.argv[3]))
else:
    compare(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
