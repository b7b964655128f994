#!/usr/bin/env python3
"""Write exports for an import of Salesforce tasks of any size, with a pipeline.

    generate_tasks.py ROWS DIRECTORY

Needs `duckdb` from PyPI. Deterministic: the same ROWS give the same bytes. About 330 bytes a task; one in four has a
description with quotes, commas or a line break. One contact for ten tasks, one company and one deal for fifty.
"""
import pathlib
import sys

import duckdb

rows, out = int(sys.argv[1]), pathlib.Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
contacts, accounts = max(rows // 10, 1), max(rows // 50, 1)
db = duckdb.connect()
db.execute("SET preserve_insertion_order = true")
# A pseudo-random integer in [0, m) from the row number and a salt: plain arithmetic, the same in every version.
db.execute("CREATE MACRO r(i, salt, m) AS (((i + 1)::bigint * 2654435761 + salt::bigint * 2654462711"
           " + ((i * 97 + salt) % 8191)::bigint * 7919) % 4294967291) // 7 % m")
db.execute("CREATE MACRO pick(i, salt, list) AS list[1 + r(i, salt, len(list))]")
db.execute("CREATE MACRO sfid(prefix, n, suffix) AS prefix || lpad(n::varchar, 12, '0') || suffix")
TEXT = ("['Called about the offer, wants \"two\" more weeks','Line one' || chr(10) || 'line two & more','',"
        "'Price < 500 and > 100, see the attached list of items and the terms that were agreed last week','Left a message','']")
db.execute(f"""COPY (SELECT sfid('00T', i, 'EAA') AS "Id",
  CASE WHEN r(i,1,20) = 0 THEN '' ELSE sfid('003', r(i,2,{contacts} + {contacts} // 20), 'AAA') END AS "WhoId",
  CASE r(i,3,4) WHEN 0 THEN sfid('006', r(i,4,{accounts}), 'AAA') WHEN 1 THEN sfid('001', r(i,5,{accounts}), 'AAA') ELSE '' END
    AS "WhatId",
  CASE WHEN r(i,3,4) = 1 THEN sfid('001', r(i,5,{accounts}), 'AAA') ELSE '' END AS "AccountId",
  pick(i,6,['Call','Email: Offer','Send offer','Follow up, again','Meeting']) || ' ' || i AS "Subject",
  strftime(DATE '2012-01-01' + r(i,7,5300)::integer, '%Y-%m-%d') AS "ActivityDate",
  CASE WHEN r(i,8,10) < 8 THEN 'Completed' ELSE pick(i,9,['Not Started','In Progress','Waiting on someone else']) END AS "Status",
  pick(i,10,['Normal','Normal','High','Low']) AS "Priority",
  sfid('005', r(i,11,100), 'AAA') AS "OwnerId", pick(i,12,{TEXT}) AS "Description",
  pick(i,13,['','','Call','Email','Meeting']) AS "Type", CASE WHEN r(i,14,50) = 0 THEN 'true' ELSE 'false' END AS "IsDeleted",
  CASE WHEN r(i,8,10) < 8 THEN 'true' ELSE 'false' END AS "IsClosed",
  strftime(TIMESTAMP '2012-01-01' + to_seconds(r(i,15,450000000)), '%Y-%m-%dT%H:%M:%S.000Z') AS "CreatedDate",
  sfid('005', r(i,11,100), 'AAA') AS "CreatedById",
  strftime(TIMESTAMP '2012-01-01' + to_seconds(r(i,16,450000000)), '%Y-%m-%dT%H:%M:%S.000Z') AS "LastModifiedDate",
  CASE WHEN pick(i,13,['','','Call','Email','Meeting']) = 'Call' THEN (r(i,17,3600))::varchar ELSE '' END
    AS "CallDurationInSeconds",
  CASE WHEN r(i,8,10) < 8 THEN strftime(TIMESTAMP '2012-01-01' + to_seconds(r(i,18,450000000)), '%Y-%m-%dT%H:%M:%S.000Z')
    ELSE '' END AS "CompletedDateTime"
  FROM range({rows}) t(i)) TO '{out}/Task.csv' (HEADER)""")
db.execute(f"""COPY (SELECT 10000000 + i AS hs_object_id, sfid('003', i, 'AAA') AS salesforcecontactid, '' AS salesforceleadid,
  strftime(TIMESTAMP '2015-01-01' + to_seconds(r(i,20,300000000)), '%Y-%m-%dT%H:%M:%S.123Z') AS createdate
  FROM range({contacts}) t(i)) TO '{out}/contacts.csv' (HEADER)""")
db.execute(f"""COPY (SELECT 20000000 + i AS hs_object_id, sfid('001', i, 'AAA') AS salesforceaccountid
  FROM range({accounts}) t(i)) TO '{out}/companies.csv' (HEADER)""")
db.execute(f"""COPY (SELECT 30000000 + i AS hs_object_id, sfid('006', i, 'AAA') AS hs_salesforceopportunityid
  FROM range({accounts}) t(i)) TO '{out}/deals.csv' (HEADER)""")
# Ten users of a hundred have left, and five have no HubSpot owner.
db.execute(f"""COPY (SELECT sfid('005', i, 'AAA') AS "Id", 'user' || i || '@example.com' AS "Email",
  CASE WHEN i % 10 = 3 THEN 'false' ELSE 'true' END AS "IsActive" FROM range(100) t(i)) TO '{out}/User.csv' (HEADER)""")
db.execute(f"""COPY (SELECT 900 + i AS id, 'user' || i || '@example.com' AS email, 'false' AS archived
  FROM range(100) t(i) WHERE i % 20 <> 7) TO '{out}/owners.csv' (HEADER)""")
(out / "pipeline.yaml").write_text("""name: tasks
timezone: UTC
staging: {csv: staging}
sources:
  salesforce:
    Task: {csv: Task.csv}
    User: {csv: User.csv}
  hubspot:
    contacts: {csv: contacts.csv}
    companies: {csv: companies.csv}
    deals: {csv: deals.csv}
    owners: {csv: owners.csv}
activities:
  direction: salesforce_to_hubspot
  kinds: {tasks: {enabled: true}, emails: {enabled: true}, calls: {enabled: true}, meetings: {enabled: true}}
integration_user: "005000000000999AAA"
clock: "2026-11-22T02:00:00Z"
load: {files: out}
""")
