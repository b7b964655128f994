"""Staging and sources in PostgreSQL, against `psql \\copy` of the same tables. Used by bench.py."""
import csv
import subprocess
import sys

from measuring import by_turns, median, spread, table

SCHEMA = "resync_bench"


def compare(database, folder, run, clean, rounds):
    """`run` makes the command of a night with a pipeline file of `folder`; the schema is made, and dropped at the end."""
    psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database]
    ask = lambda text: subprocess.run([*psql, "-c", text], check=True, stderr=subprocess.DEVNULL)
    forget = lambda: ask(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    in_files = folder / "pipeline.yaml"
    in_database = folder / "pipeline-postgres.yaml"
    staging = f"staging: {{postgres: {{url: '{database}', schema: {SCHEMA}}}}}"
    in_database.write_text(in_files.read_text().replace("staging: {csv: staging}", staging))
    in_database.chmod(0o600)  # a url may hold a password

    clean(folder)
    forget()
    subprocess.run([str(word) for word in run(in_files)], check=True, stdout=subprocess.DEVNULL)
    tables = [path for path in sorted((folder / "staging/companies/runs/bench").rglob("*.csv"))]
    script = folder / "copy.sql"
    script.write_text("".join(copy_script(path, f"{SCHEMA}.copied_{number}") for number, path in enumerate(tables)))
    size = sum(path.stat().st_size for path in tables) / 1e6

    def prepare_copy():
        forget()
        ask(f"CREATE SCHEMA {SCHEMA}")

    # The copy needs the staged tables in files, so the load folder alone is cleaned between rounds.
    kept = folder / "staging"
    kept.rename(folder / "staging-kept")
    script.write_text(script.read_text().replace(f"{kept}/", f"{folder}/staging-kept/"))
    costs = by_turns([
        ("resync, staging in files", lambda: clean(folder), run(in_files)),
        ("resync, staging in PostgreSQL", lambda: (clean(folder), forget()), run(in_database)),
        ("psql \\copy of the staged tables, in and out once", prepare_copy, [*psql, "-f", script]),
    ], min(3, rounds))
    forget()
    copy = costs["psql \\copy of the staged tables, in and out once"]
    table(f"Staging in PostgreSQL ({size:,.0f} MB of staged tables)",
          ["program", "wall seconds: min, median, max", "of the copy", "client's CPU seconds", "client's peak MB"],
          [(name, spread(found), f"{median(found, 'wall') / median(copy, 'wall'):.2f}", f"{median(found, 'cpu'):.1f}",
            f"{median(found, 'peak') / 1e6:,.0f}") for name, found in costs.items()])
    subprocess.run(["rm", "-rf", folder / "staging-kept", script, in_database], check=True)
    clean(folder)


def compare_sources(database, folder, extract, clean, rounds):
    """`extract` makes the command of the extract stage alone. The exports become tables, which it reads and stages in files;
    the copy writes them into files as they are."""
    psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database]
    ask = lambda text: subprocess.run([*psql, "-c", text], check=True, stderr=subprocess.DEVNULL)
    sources = {"companies": "hubspot/companies.csv", "account": "salesforce/Account.csv"}
    in_files, in_database, script = folder / "pipeline.yaml", folder / "pipeline-sources.yaml", folder / "copy.sql"
    ask(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    ask(f"CREATE SCHEMA {SCHEMA}")
    text, lines = in_files.read_text(), []
    for name, path in sources.items():
        with open(folder / path, newline="", encoding="utf-8") as stream:
            columns = ", ".join(f'"{column}" text' for column in next(csv.reader(stream)))
        ask(f"CREATE TABLE {SCHEMA}.{name} ({columns})")
        ask(f"\\copy {SCHEMA}.{name} FROM '{folder / path}' WITH (FORMAT csv, HEADER)")
        lines.append(f"\\copy {SCHEMA}.{name} TO '{folder / name}.copied' WITH (FORMAT csv, HEADER)\n")
        declared = f"{{csv: {path}"
        if declared not in text:
            sys.exit(f"{in_files} does not name {path} as the benchmark expects it")
        text = text.replace(declared, f"{{postgres: {{url: '{database}', table: {SCHEMA}.{name}}}")
    ask("VACUUM ANALYZE")
    in_database.write_text(text)
    in_database.chmod(0o600)  # a url may hold a password
    script.write_text("".join(lines))
    costs = by_turns([
        ("resync extract, sources in PostgreSQL", lambda: clean(folder), extract(in_database)),
        ("resync extract, sources in files", lambda: clean(folder), extract(in_files)),
        ("psql \\copy of the sources into files", lambda: clean(folder), [*psql, "-f", script]),
    ], min(3, rounds))
    copy = costs["psql \\copy of the sources into files"]
    table("Sources in PostgreSQL (the two exports as tables)",
          ["program", "wall seconds: min, median, max", "of the copy", "client's CPU seconds", "client's peak MB"],
          [(name, spread(found), f"{median(found, 'wall') / median(copy, 'wall'):.2f}", f"{median(found, 'cpu'):.1f}",
            f"{median(found, 'peak') / 1e6:,.0f}") for name, found in costs.items()])
    ask(f"DROP SCHEMA {SCHEMA} CASCADE")
    for path in [in_database, script, *(folder / f"{name}.copied" for name in sources)]:
        path.unlink(missing_ok=True)
    clean(folder)


def copy_script(path, name):
    """The statements that move one staged table into a table of its columns, and out again. It is logged, as staging is: a
    server that crashes must lose neither."""
    with open(path, newline="", encoding="utf-8") as stream:
        columns = next(csv.reader(stream))
    if len(columns) > 1600:
        sys.exit(f"{path} has more columns than a table of PostgreSQL")
    quoted = ", ".join('"' + f"{number} {column}".replace('"', '""')[:60] + '" text' for number, column in enumerate(columns))
    return (f"CREATE TABLE {name} ({quoted});\n\\copy {name} FROM '{path}' WITH (FORMAT csv, HEADER)\n"
            f"\\copy {name} TO '/dev/null' WITH (FORMAT csv)\n")
