"""The DAG that takes the data of a pipeline from the landing zone to the feature groups."""

from typing import Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, chain

from jobs.contracts.access import Folder
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone
from jobs.dags.pipeline_dag import decide_partitions, loaded_data, partition_param, pipeline_dag
from jobs.dags.run import Run
from jobs.dags.run_partitions import NEWEST, RunPartitions
from jobs.dags.spark_job import spark_job
from jobs.dags.spark_tasks import spark_tasks
from jobs.dags.templates import partitions

_DOC = """### {question}

Takes the {grain}s of a run from the landing zone to the feature groups: `ingest` loads the landed files into the raw
tables and quarantines rows that break a rule, `cleanse` writes the cleansed tables, `features` the offline tables of
the feature groups, and `announce` starts the DAGs that wait for the data.

The {grain}s follow from the date of the run; parameters `first` and `last` replace them.
A backfill must take one date after the other, oldest first (*max active runs* 1), because features use the {grain}s
before theirs.

**Triage.** The last line of a failed task's log is the job's own sentence, with the address of its log.

- `partitions`: the parameters contradict one another; start a run with those that the sentence allows.
- `ingest`, *a landing file is missing* or *empty*: land it below {landing}, then clear the task.
- `ingest`, *a hard limit of a quality rule*: look at the quarantine table `<source>_rows`; no raw table was changed.
- `create_cluster`: the reason is EMR's own, usually capacity or a subnet; clear the task.
- *runs no more steps*: the cluster has ended; clear the task, with which Airflow creates a new one.

A job that refuses its input (*refused:*) is not retried, because a retry would read the same.

The counts per table and rule of each run are in {reports}.
Clearing a task is safe: {grain}s are overwritten, and the job of the earlier try is cancelled.

Owner: {owner}. Next: [training](/dags/{name}_training), [scoring](/dags/{name}_scoring).
"""


def data_dag(pipeline: Pipeline) -> DAG:
    """The data DAG of a pipeline."""
    run = Run.of(pipeline)
    landing = run.names.uri(Zone.LANDING, pipeline.name)
    reports = run.names.uri(Zone.ARTIFACTS, Folder.REPORTS, pipeline.name)
    grain = pipeline.partitions.grain
    dag = pipeline_dag(
        run,
        "data",
        schedule=pipeline.schedule.data,
        catchup=pipeline.schedule.catchup,
        doc=_DOC,
        places={"landing": landing, "reports": reports},
        params={
            "first": partition_param(pipeline, f"first {grain} to take in"),
            "last": partition_param(pipeline, f"last {grain} to take in"),
        },
    )
    span = ("--first", partitions("first"), "--last", partitions("last"))
    with dag:
        chain(
            decide_partitions(RunPartitions(pipeline).loaded),
            spark_tasks(
                "lake",
                run,
                spark_job(run, "ingest", *span, "--landing", landing),
                spark_job(run, "cleanse", *span),
                spark_job(run, "features", *span),
            ),
            _announce(pipeline),
        )
    return dag


def _announce(pipeline: Pipeline) -> Any:
    """Tell the DAGs that wait for the data which partition is the newest."""
    asset = loaded_data(pipeline)

    def announce(newest: str, outlet_events: Any) -> None:
        outlet_events[asset].extra = {NEWEST: newest}

    return PythonOperator(
        task_id="announce", python_callable=announce, op_kwargs={"newest": partitions("last")}, outlets=[asset]
    )
