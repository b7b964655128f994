#!/usr/bin/env python3
"""Run resync and the Polars script by turns over the same exports: seconds, rows a second, peak memory.

    compare_tasks.py DATA RESYNC [ROUNDS]
"""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

data, resync = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 2
here = pathlib.Path(__file__).parent


def measure(name, command):
    start = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status:
        sys.exit(f"{name}: exit {os.waitstatus_to_exitcode(status)}\n{text}")
    rows = int("".join(word for word in text.split(" read")[0].split() if word.isdigit())) if "polars" in name else int(
        text.split("Task: ")[1].split(" rows")[0])
    print(f"{name}: {seconds:.1f} s, {rows / seconds:,.0f} rows a second, CPU {usage.ru_utime + usage.ru_stime:.1f} s, "
          f"peak {usage.ru_maxrss / 1024:,.0f} MB", flush=True)
    return text


def digest(folder):
    """By kind, how many inputs there are, and a digest that their order and their files do not change."""
    found = {}
    for path in sorted(pathlib.Path(folder).glob("*-create*.jsonl")):
        kind = path.name.split("-")[0]
        count, total = found.get(kind, (0, 0))
        with open(path, "rb") as stream:
            for line in stream:
                for item in line.rstrip()[11:-2].split(b',{"objectWriteTraceId"'):
                    count += 1
                    total ^= int.from_bytes(hashlib.blake2b(item.removeprefix(b'{"objectWriteTraceId"'), digest_size=16).digest())
        found[kind] = (count, total)
    return found


for number in range(rounds):
    shutil.rmtree(data / "staging", ignore_errors=True)
    shutil.rmtree(data / "out", ignore_errors=True)
    shutil.rmtree(data / "polars", ignore_errors=True)
    text = measure("resync", [resync, "run", str(data / "pipeline.yaml"), "--run", "bench"])
    peer = measure("polars", [sys.executable, str(here / "import_tasks_polars.py"), str(data), str(data / "polars")])
ours, theirs = digest(data / "out/bench/hubspot"), digest(data / "polars")
print(text.split("\n\n")[1].rstrip(), peer.strip(), sep="\n")
print("the same inputs:", "yes" if ours == theirs else f"NO: {ours} / {theirs}")
