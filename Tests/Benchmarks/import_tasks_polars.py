#!/usr/bin/env python3
"""The import of the benchmark's tasks in Polars: the peer that resync is measured against.

    import_tasks_polars.py DATA OUT
"""
import pathlib
import sys

import polars as pl

data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
CLOCK = "2026-11-22T02:00:00.000Z"


def read(name):
    return pl.read_csv(data / name, infer_schema=False).fill_null("")


def json_text(column):
    return ('"' + column.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
            .str.replace_all("\n", "\\n", literal=True) + '"')


def html(column):
    return (column.str.replace_all("&", "&amp;", literal=True).str.replace_all("<", "&lt;", literal=True)
            .str.replace_all(">", "&gt;", literal=True).str.replace_all("\n", "<br>", literal=True))


def members(*pairs):
    """JSON members of the values that are not blank, in order."""
    return pl.concat_str([
        pl.when(value.fill_null("") == "").then(pl.lit("")).otherwise(f',"{name}":' + json_text(value)) for name, value in pairs])


users, owners = read("User.csv").filter(pl.col("IsActive") == "true"), read("owners.csv").filter(pl.col("archived") == "false")
owner = users.join(owners, left_on="Email", right_on="email").select(pl.col("Id").alias("OwnerId"), pl.col("id").alias("owner"))
contacts = read("contacts.csv").select(pl.col("salesforcecontactid").alias("WhoId"), pl.col("hs_object_id").alias("contact"))
companies = read("companies.csv").select(pl.col("salesforceaccountid").alias("WhatId"), pl.col("hs_object_id").alias("company"))
deals = read("deals.csv").select(pl.col("hs_salesforceopportunityid").alias("WhatId"), pl.col("hs_object_id").alias("deal"))

c = pl.col
closed = c("IsClosed") == "true"
topic = (pl.when((c("Type") == "Call") | (c("CallDurationInSeconds").str.strip_chars() != "") & (c("CallDurationInSeconds") != "0"))
         .then(pl.lit("Call")).when(c("Type").is_in(["Email", "Meeting"])).then(c("Type")).otherwise(pl.lit("")))
tasks = read("Task.csv")
read_rows = tasks.height
tasks = tasks.unique("Id", keep="last", maintain_order=True).with_columns(
    topic.alias("topic"),
    pl.when(closed & (c("CompletedDateTime") != "")).then(c("CompletedDateTime"))
    .when(c("ActivityDate") != "").then(c("ActivityDate") + "T00:00:00.000Z").otherwise(c("CreatedDate")).alias("time"))
tasks = tasks.with_columns(
    pl.when((c("topic") == "Call") & closed).then(pl.lit("calls")).when((c("topic") == "Email") & closed).then(pl.lit("emails"))
    .when(c("topic") == "Meeting").then(pl.lit("meetings")).otherwise(pl.lit("tasks")).alias("kind"))
deleted = tasks.filter(c("IsDeleted") == "true").height
tasks = tasks.filter(c("IsDeleted") != "true")
for table, key in ((owner, "OwnerId"), (contacts, "WhoId"), (companies, "WhatId"), (deals, "WhatId")):
    tasks = tasks.join(table, on=key, how="left", maintain_order="left")
linked = c("contact").is_not_null() | c("company").is_not_null() | c("deal").is_not_null()
rejected = tasks.filter(~linked).height
tasks = tasks.filter(linked)

status = c("Status").replace_strict(
    {"Not Started": "NOT_STARTED", "In Progress": "IN_PROGRESS", "Completed": "COMPLETED", "Waiting on someone else": "WAITING"})
priority = c("Priority").replace_strict({"High": "HIGH", "Normal": "MEDIUM", "Low": "LOW"})
task_type = c("topic").replace_strict({"Call": "CALL", "Email": "EMAIL", "": "TODO", "Meeting": "TODO"})
common = [("salesforce_activity_id", c("Id")), ("hs_timestamp", c("time"))]
tail = [("hubspot_owner_id", c("owner"))]
kinds = {
    "tasks": ((204, 192, 216), common + [("hs_task_subject", c("Subject")), ("hs_task_body", html(c("Description"))),
                                         ("hs_task_status", status), ("hs_task_priority", priority), ("hs_task_type", task_type)] + tail),
    "calls": ((194, 182, 206), common + [
        ("hs_call_title", c("Subject")), ("hs_call_body", html(c("Description"))),
        ("hs_call_duration", pl.when(c("CallDurationInSeconds") == "").then(pl.lit(""))
         .otherwise((c("CallDurationInSeconds").cast(pl.Int64, strict=False) * 1000).cast(pl.String))),
        ("hs_call_direction", pl.lit("OUTBOUND")), ("hs_call_status", pl.lit("COMPLETED"))] + tail),
    "emails": ((198, 186, 210), common + [("hs_email_subject", c("Subject")), ("hs_email_text", c("Description")),
                                          ("hs_email_direction", pl.lit("EMAIL")), ("hs_email_status", pl.lit("SENT"))] + tail),
    "meetings": ((200, 188, 212), common + [
        ("hs_meeting_title", c("Subject")), ("hs_meeting_body", html(c("Description"))), ("hs_meeting_start_time", c("time")),
        ("hs_meeting_end_time", c("time")),
        ("hs_meeting_outcome", pl.when(closed | (c("time") < CLOCK)).then(pl.lit("COMPLETED")).otherwise(pl.lit("SCHEDULED")))] + tail),
}
for kind, (types, properties) in kinds.items():
    links = pl.concat_str([
        pl.when(c(column).is_null()).then(pl.lit("")).otherwise(
            ',{"to":{"id":"' + c(column) + '"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":' + str(number) + "}]}")
        for column, number in zip(("contact", "company", "deal"), types)]).str.slice(1)
    inputs = tasks.filter(c("kind") == kind).select(
        ('{"objectWriteTraceId":"' + c("Id") + '","properties":{' + members(*properties).str.slice(1) + '},"associations":[' + links + "]}")
        .alias("input")).with_row_index("row")
    lines = inputs.group_by(c("row") // 100, maintain_order=True).agg(c("input").str.join(","))
    with open(out / f"{kind}-create.jsonl", "w") as stream:
        for body in lines["input"]:
            stream.write('{"inputs":[' + body + "]}\n")
tasks.select(c("Id").alias("salesforce_id"), "kind", pl.lit("polars").alias("run"), pl.lit(0).alias("chunk"), pl.lit(CLOCK).alias("clock"),
             c("Id").alias("loaded_as")).write_csv(out / "ledger.csv")
print(f"{read_rows} read = {tasks.height} loaded + {rejected} rejected + {deleted} deleted")
