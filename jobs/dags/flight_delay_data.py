"""### Flight data: landing zone to feature groups

Three Spark steps on one cluster, each idempotent by month: `ingest` takes the landed CSVs of the months into the raw
tables and quarantines rows that break a rule, `cleanse` joins the sources and treats outliers and missing values,
`features` writes the feature groups' offline tables.

**Triage.** Open the failed task: its last line is the step's own sentence, with the log's address in S3. Counts per
table and rule lie in `reports/flight_delay/<run>/` of the artifacts bucket.

- *a landing file is missing* or *a month is empty*: land it, then clear the task.
- *a hard limit of a quality rule*: look at the quarantine table; nothing of the month was published.
- *a cluster that does not start*: the reason is EMR's own, usually capacity or a subnet; clear `create_cluster`.

Clearing any task is safe: partitions are overwritten and a cleared step's predecessor is cancelled.
"""

import os
from datetime import datetime, timedelta

from airflow.sdk import DAG, Param

from jobs.contracts.settings import PlatformSettings
from jobs.contracts.tables import Zone
from jobs.dags.run import Run
from jobs.dags.spark_job import spark_job
from jobs.dags.spark_tasks import spark_tasks
from jobs.dags.templates import MACROS, MONTH, RUN_KEY, parameter

PIPELINE = "flight_delay"

run = Run(PlatformSettings.from_environment(os.environ), PIPELINE, RUN_KEY)
months = ("--first", parameter("first_month"), "--last", parameter("last_month"))

with DAG(
    dag_id="flight_delay_data",
    description="Land, check, cleanse and describe flights: landing zone to feature groups",
    doc_md=__doc__,
    schedule="0 4 2 * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    tags=[PIPELINE, "data", run.settings.environment],
    params={
        "first_month": Param("2013-01", type="string", pattern=MONTH, description="first month to take in"),
        "last_month": Param("2013-12", type="string", pattern=MONTH, description="last month to take in"),
    },
    user_defined_macros=MACROS,
    render_template_as_native_obj=False,
    default_args={
        "owner": "mlops-platform",
        "retries": 1,
        "retry_delay": timedelta(minutes=5),
        "aws_conn_id": None,
    },
) as dag:
    spark_tasks(
        "lake",
        run,
        spark_job(run, "ingest", *months, "--landing", run.names.uri(Zone.LANDING, PIPELINE)),
        spark_job(run, "cleanse", *months),
        spark_job(run, "features", *months),
    )
