"""The macros and Jinja templates of DAGs, which Airflow renders when a task runs."""

from typing import Any

from jobs.contracts.pipeline import Pipeline
from jobs.dags.names import JOB_NAME_LIMIT, job_name, run_key
from jobs.dags.run import Run
from jobs.dags.run_partitions import RunPartitions

_CONTEXT = "params, dag_run, triggering_asset_events"

FIRST_LOADED = "{{ partitions.loaded(params, dag_run).first }}"
LAST_LOADED = "{{ partitions.loaded(params, dag_run).last }}"
SCORED = f"{{{{ partitions.scored({_CONTEXT}) }}}}"


def macros(pipeline: Pipeline) -> dict[str, Any]:
    """The `user_defined_macros` of the pipeline's DAGs."""
    return {"job_name": job_name, "run_key": run_key, "partitions": RunPartitions(pipeline)}


def named(run: Run, kind: str, limit: int = JOB_NAME_LIMIT) -> str:
    """The template of a job's name in this try of its task."""
    subject = f"{run.settings.environment!r}, {run.pipeline.name!r}, {kind!r}"
    return f"{{{{ job_name({subject}, run_id, ti.try_number, limit={limit}) }}}}"


def pulled(task_id: str, *keys: str) -> str:
    """The template of a task's return value, or of a value inside it."""
    return f"{{{{ ti.xcom_pull(task_ids={task_id!r}){''.join(f'[{key!r}]' for key in keys)} }}}}"


def parameter(name: str) -> str:
    """The template of a DAG parameter."""
    return f"{{{{ params.{name} }}}}"


def split(name: str) -> str:
    """The template of the partitions of a split."""
    return f"{{{{ partitions.split({name!r}, {_CONTEXT}) }}}}"
