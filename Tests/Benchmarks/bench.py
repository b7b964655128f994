#!/usr/bin/env python3
"""Measure a whole run, its growth, and each stage, against the peers and libcsv; print tables in Markdown.

    bench.py RESYNC LIBCSV_ALONE FOLDER [--rows N] [--scale N] [--rounds N] [--database URL] [--shared FOLDER]

`make bench` calls it, and says there what the variables mean. FOLDER keeps the data and the peers' environment.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys

import database
from generate_companies import write_exports
from measuring import by_turns, median, spread, table

STAGES = ["extract", "normalize", "map", "conflict-resolve", "load"]
MAPPINGS, MANY_MAPPINGS, WIDE_ROWS = 13, 500, 20000

parser = argparse.ArgumentParser()
parser.add_argument("resync", type=pathlib.Path)
parser.add_argument("libcsv_alone", type=pathlib.Path)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--rows", type=int, default=1_000_000)
parser.add_argument("--scale", type=int, default=0, help="a further, larger number of rows; 10,000,000 need 40 GB of disk")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--database", help="a url: measure staging in this database too, in a schema resync_bench")
parser.add_argument("--shared", type=pathlib.Path, help="the folder with bench/generate.py and the peers")
options = parser.parse_args()
# What is left out is said below the tables: nothing is skipped in silence.
notes = []


def shared(name):
    """A file of the shared benchmark, or None: the repository does without it, and says so."""
    path = options.shared / "bench" / name if options.shared else None
    return path if path and path.exists() else None


def environment():
    """The Python that has the peers, in an environment of its own; what cannot be installed is named."""
    home = options.folder / "venv"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    installed = []
    for package in ("duckdb", "polars"):
        found = subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode == 0
        if not found:
            done = subprocess.run([home / "bin" / "pip", "install", "-q", package], capture_output=True, text=True)
            found = done.returncode == 0
            if not found:
                notes.append(f"{package} could not be installed: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
        if found:
            installed.append(package)
    return python, installed


def companies(rows, python, installed):
    """The folder of `rows` companies a side, generated once."""
    folder = options.folder / f"companies-{rows}"
    finished = folder / "pipeline.yaml"
    if finished.exists():
        return folder
    generator = shared("generate.py")
    print(f"  generating {rows:,} companies", file=sys.stderr, flush=True)
    if generator and "duckdb" in installed:
        subprocess.run([python, generator, str(rows), folder], check=True)
    else:
        write_exports(rows, MAPPINGS, folder)
        notes.append("../shared/bench or DuckDB is not at hand: the companies come from generate_companies.py, and no peer reads them")
    return folder


def clean(folder):
    for name in ("staging", "out"):
        shutil.rmtree(folder / name, ignore_errors=True)


def run(pipeline, name="bench"):
    return [options.resync, "run", pipeline, "--run", name, "--progress", "none"]


def exports(folder):
    return [folder / "hubspot/companies.csv", folder / "salesforce/Account.csv"]


def whole_runs(folder, python, installed):
    """Resync, the peers, and libcsv with callbacks that do nothing, by turns."""
    programs = [("resync, all staging kept", lambda: clean(folder), run(folder / "pipeline.yaml"))]
    for package in installed:
        script = shared(f"peer_{package}.py")
        if script:
            programs.append((package, lambda: None, [python, script, folder]))
        else:
            notes.append(f"{package} is not measured: ../shared/bench/peer_{package}.py is not at hand")
    programs.append(("libcsv alone, one core, empty callbacks", lambda: None, [options.libcsv_alone, "read", *exports(folder)]))
    costs = by_turns(programs, options.rounds)
    ours = costs[programs[0][0]]
    size = sum(path.stat().st_size for path in exports(folder)) / 1e6
    table(
        f"A first night of {options.rows:,} companies a side ({size:,.0f} MB), {options.rounds} rounds by turns",
        ["program", "wall seconds: min, median, max", "resync takes", "CPU seconds", "peak MB", "resync takes"],
        [(name, spread(found), f"{median(ours, 'wall') / median(found, 'wall'):.2f}", f"{median(found, 'cpu'):.1f}",
          f"{median(found, 'peak') / 1e6:,.0f}", f"{median(ours, 'peak') / median(found, 'peak'):.2f}")
         for name, found in costs.items()])


def nights(folder):
    """A second night, on which no write of the first has arrived: nothing is spared, and all cells have a baseline."""
    pipeline = folder / "pipeline.yaml"
    costs = by_turns([("first", lambda: clean(folder), run(pipeline)), ("second", lambda: None, run(pipeline, "bench-2"))], min(3, options.rounds))
    table("A second night", ["night", "wall seconds: min, median, max", "CPU seconds", "peak MB"],
          [(name, spread(found), f"{median(found, 'cpu'):.1f}", f"{median(found, 'peak') / 1e6:,.0f}") for name, found in costs.items()])
    clean(folder)


def scaling(sizes, python, installed):
    """How the cost of a row changes with their number."""
    rows, before = [], None
    for size in sizes:
        folder = companies(size, python, installed)
        found = by_turns([(f"{size:,} companies", lambda: clean(folder), run(folder / "pipeline.yaml"))], min(3, options.rounds))
        costs = next(iter(found.values()))
        records = 2 * size
        wall, cpu, peak = (median(costs, field) for field in ("wall", "cpu", "peak"))
        growth = f"{(peak - before[2]) / (records - before[0]):.1f}" if before else "–"
        change = f"{100 * (cpu / records / before[1] - 1):+.1f} %" if before else "–"
        rows.append((f"{size:,}", f"{wall:.2f}", f"{wall / records * 1e6:.2f}", f"{cpu / records * 1e6:.2f}", change,
                     f"{peak / 1e6:,.0f}", growth))
        before = (records, cpu / records, peak)
        clean(folder)
    table("Growth with the companies", ["companies a side", "wall seconds", "wall µs a record", "CPU µs a record", "change",
                                        "peak MB", "further bytes a record"], rows)


def many_mappings():
    """500 mappings beside 13: the time for each must not grow."""
    programs = []
    for count in (MAPPINGS, MANY_MAPPINGS):
        folder = options.folder / f"wide-{count}"
        rows = WIDE_ROWS * (MANY_MAPPINGS // MAPPINGS if count == MAPPINGS else 1)
        if not (folder / "pipeline.yaml").exists():
            write_exports(rows, count, folder)
        programs.append((count, rows, folder))
    costs = by_turns([(str(count), lambda folder=folder: clean(folder), run(folder / "pipeline.yaml")) for count, _, folder in programs], min(3, options.rounds))
    rows = []
    for count, companies, folder in programs:
        found = costs[str(count)]
        cells = companies * count
        rows.append((count, f"{companies:,}", spread(found), f"{median(found, 'wall') / cells * 1e9:.0f}", f"{median(found, 'cpu') / cells * 1e9:.0f}",
                     f"{median(found, 'peak') / 1e6:,.0f}"))
        clean(folder)
    table("Growth with the mappings", ["mappings", "companies a side", "wall seconds: min, median, max", "wall ns a mapped pair of cells", "CPU ns", "peak MB"], rows)


def stages_alone(folder):
    """Each stage as a process of its own, against a copy of what it reads and writes through libcsv and back."""
    runs = folder / "staging/companies/runs/bench"
    copied = folder / "copied"
    files = lambda place: [path for path in sorted(place.rglob("*")) if path.is_file() and path.suffix in (".csv", ".jsonl")]
    reads = {"extract": lambda: exports(folder), "normalize": lambda: files(runs / "extract"), "map": lambda: files(runs / "normalize"),
             "conflict-resolve": lambda: files(runs / "map"), "load": lambda: files(runs / "conflict-resolve")}
    writes = {stage: (lambda stage=stage: files(runs / stage)) for stage in STAGES} | {"load": lambda: files(folder / "out")}
    costs, copies, sizes = ({stage: [] for stage in STAGES} for _ in range(3))
    for _ in range(min(3, options.rounds)):
        clean(folder)
        for stage in STAGES:
            alone = [options.resync, stage, folder / "pipeline.yaml", "--run", "bench", "--progress", "none"]
            costs[stage] += by_turns([(stage, lambda: None, alone)], 1)[stage]
            moved = [*reads[stage](), *writes[stage]()]
            sizes[stage] = sum(path.stat().st_size for path in moved)
            copy = [options.libcsv_alone, "copy", copied, *moved]
            copies[stage] += by_turns([("copy", lambda: copied.unlink(missing_ok=True), copy)], 1)["copy"]
    copied.unlink(missing_ok=True)
    table("Each stage alone, against a copy of its input and output through libcsv and back (one core)",
          ["stage", "MB read and written", "wall seconds: min, median, max", "the copy", "stage takes", "CPU seconds", "peak MB"],
          [(stage, f"{sizes[stage] / 1e6:,.0f}", spread(costs[stage]), spread(copies[stage]),
            f"{median(costs[stage], 'wall') / median(copies[stage], 'wall'):.2f}", f"{median(costs[stage], 'cpu'):.1f}",
            f"{median(costs[stage], 'peak') / 1e6:,.0f}") for stage in STAGES])
    clean(folder)


options.folder.mkdir(parents=True, exist_ok=True)
python, installed = environment()
folder = companies(options.rows, python, installed)
whole_runs(folder, python, installed)
stages_alone(folder)
nights(folder)
scaling(sorted({options.rows // 10, options.rows} | ({options.scale} if options.scale else set())), python, installed)
many_mappings()
if options.database:
    database.compare(options.database, folder, run, clean, options.rounds)
    extract = lambda pipeline: [options.resync, "extract", pipeline, "--run", "bench", "--progress", "none"]
    database.compare_sources(options.database, folder, extract, clean, options.rounds)
else:
    notes.append("staging and sources in PostgreSQL are not measured; DATABASE=postgresql://USER@HOST/NAME does")
if not options.scale:
    notes.append("10,000,000 companies are not measured: they need 40 GB of disk; SCALE=10000000 does")
print("\nNot measured, or measured otherwise:\n" if notes else "")
for note in dict.fromkeys(notes):
    print(f"- {note}.")
