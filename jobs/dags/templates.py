"""The macros and Jinja templates of DAGs, which Airflow renders when a task runs."""

from jobs.dags.names import JOB_NAME_LIMIT, job_name, run_key
from jobs.dags.run import Run

#: For a DAG's `user_defined_macros`.
MACROS = {"job_name": job_name, "run_key": run_key}

#: JSON schema patterns: a month, a span `first:last`, and a span of one month.
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
MONTHS = r"^\d{4}-(0[1-9]|1[0-2]):\d{4}-(0[1-9]|1[0-2])$"
ONE_MONTH = r"^(\d{4}-(0[1-9]|1[0-2])):\1$"

RUN_KEY = "{{ run_key(run_id) }}"


def named(run: Run, kind: str, limit: int = JOB_NAME_LIMIT) -> str:
    """The template of a job's name in this try of its task."""
    subject = f"{run.settings.environment!r}, {run.pipeline!r}, {kind!r}"
    return f"{{{{ job_name({subject}, run_id, ti.try_number, limit={limit}) }}}}"


def pulled(task_id: str, *keys: str) -> str:
    """The template of a task's return value, or of a value inside it."""
    return f"{{{{ ti.xcom_pull(task_ids={task_id!r}){''.join(f'[{key!r}]' for key in keys)} }}}}"


def parameter(name: str) -> str:
    """The template of a DAG parameter."""
    return f"{{{{ params.{name} }}}}"


def first_of(name: str) -> str:
    """The template of the first partition of the span in a DAG parameter."""
    return f"{{{{ params.{name}.split(':')[0] }}}}"
