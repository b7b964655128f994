#!/usr/bin/env python3
"""Write company exports of both sides, with mappings and a pipeline: as many rows, and as many mappings, as told.

    generate_companies.py ROWS MAPPINGS DIRECTORY

Needs nothing but Python. The same numbers give the same bytes. Companies are linked by id; a tenth of the cells differ.
"""
import pathlib
import random
import sys

WORDS = ["Acme", "Fjord", "Data, Systems", "Labs", "Nordic", 'The "Blue" House', "Média", "Holdings", "+47 22 33 44 55", "", "2024-05-06", "17"]
RULES = ["prefer_salesforce", "two_way", "always_salesforce"]


def write_exports(rows, mappings, folder):
    for part in ("hubspot", "salesforce", "mappings"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    random.seed(20260101)
    # Cells are taken in turn from two long lists, of which every tenth entry differs: fast, and different in every row.
    ours = [f"{random.choice(WORDS)} {random.randrange(1000)}".strip() for _ in range(9973)]
    theirs = [cell + " AS" if random.random() < 0.1 else cell for cell in ours]
    quote = lambda cell: '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell
    ours, theirs = [list(map(quote, cells)) * 2 for cells in (ours, theirs)]
    span = len(ours) // 2
    assert mappings <= span
    with open(folder / "hubspot/companies.csv", "w", encoding="utf-8") as left, \
            open(folder / "salesforce/Account.csv", "w", encoding="utf-8") as right:
        left.write(",".join(["hs_object_id", "salesforceaccountid", "hs_lastmodifieddate"] + [f"p{n}" for n in range(mappings)]) + "\n")
        right.write(",".join(["Id", "LastModifiedDate", "IsDeleted"] + [f"F{n}__c" for n in range(mappings)]) + "\n")
        for row in range(rows):
            start = row * 7919 % span
            account = f"001{row:012d}AAA"
            day = f"2026-01-{1 + row % 28:02d}"
            left.write(f"{10000000000 + row},{account},{day}T10:00:00.000Z,{','.join(ours[start:start + mappings])}\n")
            right.write(f"{account},{day}T11:00:00.000+0000,false,{','.join(theirs[start:start + mappings])}\n")
    (folder / "mappings/companies.csv").write_text("hubspot_property,salesforce_field,sync_rule\n" + "".join(
        f"p{n},F{n}__c,{RULES[n % 3]}\n" for n in range(mappings)))
    (folder / "pipeline.yaml").write_text("""name: companies
staging: {csv: staging}
sources:
  hubspot: {companies: {csv: hubspot/companies.csv}}
  salesforce: {Account: {csv: salesforce/Account.csv}}
objects:
  companies: {salesforce: [Account], mappings: mappings/companies.csv}
chunk_size: 200000
load: {files: out}
""")


if __name__ == "__main__":
    write_exports(int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3]))
