"""Runs programs and says what they cost; prints Markdown tables. Used by bench.py."""
import dataclasses
import os
import statistics
import subprocess
import sys
import time


@dataclasses.dataclass
class Cost:
    """What one process cost, its threads and children included."""
    wall: float  # seconds
    cpu: float  # seconds, in user and system mode
    peak: int  # bytes of resident memory


def measure(command):
    """The cost of a command. It must succeed: a benchmark of a failure is worth nothing."""
    os.sync()
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status:
        sys.exit(f"{' '.join(map(str, command))}: exit {os.waitstatus_to_exitcode(status)}\n{text.decode(errors='replace')}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def by_turns(programs, rounds):
    """Runs (name, prepare, command) by turns, so that the machine's moods hit all alike: {name: [Cost]}."""
    costs = {name: [] for name, _, _ in programs}
    for _ in range(rounds):
        for name, prepare, command in programs:
            prepare()
            costs[name].append(measure(command))
            print(f"  {name}: {costs[name][-1].wall:.2f} s", file=sys.stderr, flush=True)
    return costs


def median(costs, field):
    return statistics.median(getattr(cost, field) for cost in costs)


def spread(costs):
    """Minimum, median and maximum of the wall seconds, as text."""
    walls = [cost.wall for cost in costs]
    return f"{min(walls):.2f}, {statistics.median(walls):.2f}, {max(walls):.2f}"


def table(title, head, rows):
    print(f"\n### {title}\n\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    sys.stdout.flush()
