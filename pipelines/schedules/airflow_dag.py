"""A night in Airflow: a task a stage, so that the graph shows where a run stands, and a stage can be cleared and run alone.

A stage that failed is tried again; clearing a task does that stage anew. A brake (exit 3) fails the task: a retry stops at
the same brake, and loads nothing. The run is named after the night, so a task of last week's run works on last week's run.
"""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator

PIPELINE = "/etc/resync/nightly.yaml"

with DAG(
    dag_id="resync",
    schedule="10 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,  # one run holds a pipeline at a time
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
) as dag:
    stages = ["extract", "normalize", "map", "conflict-resolve", "load"]
    tasks = [
        BashOperator(
            task_id=stage,
            bash_command=f"resync {stage} {PIPELINE} --run {{{{ ds }}}} --progress json",
        )
        for stage in stages
    ]
    for before, after in zip(tasks, tasks[1:]):
        before >> after
