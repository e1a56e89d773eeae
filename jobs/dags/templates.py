"""The macros and Jinja templates of DAGs, which Airflow renders when a task runs."""

from typing import Any

from jobs.dags.names import JOB_NAME_LIMIT, job_name, run_key
from jobs.dags.run import Run

#: The `user_defined_macros` of every DAG.
MACROS: dict[str, Any] = {"job_name": job_name, "run_key": run_key}

#: The first task of every DAG, which decides the partitions of the run.
PARTITIONS = "partitions"


def named(run: Run, kind: str, limit: int = JOB_NAME_LIMIT) -> str:
    """The template of a job's name in this try of its task."""
    subject = f"{run.settings.environment!r}, {run.pipeline.name!r}, {kind!r}"
    return f"{{{{ job_name({subject}, run_id, ti.try_number, limit={limit}) }}}}"


def pulled(task_id: str, *keys: str) -> str:
    """The template of a task's return value, or of a value inside it.

    Its quotes are double, because single quotes would end the quotes around an argument of a shell command.
    """
    path = "".join(f'["{key}"]' for key in keys)
    return f'{{{{ ti.xcom_pull(task_ids="{task_id}"){path} }}}}'


def parameter(name: str) -> str:
    """The template of a DAG parameter."""
    return f"{{{{ params.{name} }}}}"


def partitions(name: str) -> str:
    """The template of partitions of the run: of a split, the first or last to take in, or the one to predict."""
    return pulled(PARTITIONS, name)
