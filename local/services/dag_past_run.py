"""Run a part of a past run again: a task, or a task and all after it, as clearing tasks does on MWAA.

`local.services.dag_run` imports this module after it has set the variables that Airflow reads at import.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from airflow.models import dagrun
from airflow.models.dag_version import DagVersion
from airflow.models.dagrun import DagRun
from airflow.sdk import timezone
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from sqlalchemy import select

from local.services.dag_part import Part


@dataclass(frozen=True)
class PastRun:
    """A past run of a DAG."""

    run_id: str
    logical_date: Any
    run_after: Any
    conf: dict[str, Any]


def choose(dags: Sequence[Any], part: Part) -> tuple[Any, PastRun]:
    """Return the DAG and the run that a part belongs to.

    Raises DagRunError as `Part.choose` does.
    """
    runs = {dag.dag_id: _runs(dag.dag_id) for dag in dags}
    dag_id, run_id = part.choose(
        {dag.dag_id: [task.task_id for task in dag.tasks] for dag in dags},
        {each: [run.run_id for run in past] for each, past in runs.items()},
    )
    (dag,) = (each for each in dags if each.dag_id == dag_id)
    return dag, next(run for run in runs[dag_id] if run.run_id == run_id)


def selected(dag: Any, part: Part) -> set[str]:
    """Return the ids of the tasks that run: those of the part, and setups and teardowns that they need."""
    first = next(task for task in dag.tasks if part.names_task(task.task_id))
    tasks = [first, *(first.get_flat_relatives(upstream=False) if part.onward else ())]
    needed = (other for task in tasks for other in task.get_upstreams_only_setups_and_teardowns())
    return {task.task_id for task in [*tasks, *needed]}


@contextmanager
def continuing(dag_id: str, past: PastRun, chosen: Collection[str]) -> Iterator[None]:
    """Let a `dag.test()` with the dates of this run continue it instead of replacing it.

    All other tasks keep their state and what they returned. The chosen ones get the next try number, so that their
    jobs get new names.
    """
    with create_session() as session:
        states = {
            task.task_id: task.state for task in _find(session, dag_id, past.run_id).get_task_instances(session=session)
        }

    def continued(*, dag: Any, session: Any, **_: Any) -> DagRun:
        run = _find(session, dag_id, past.run_id)
        run.dag = dag
        run.verify_integrity(session=session, dag_version_id=DagVersion.get_latest_version(dag_id, session=session).id)
        for instance in run.get_task_instances(session=session):
            if instance.task_id in chosen:
                # Clearing allows the tries of MWAA again, and a retry would report a failure five minutes later.
                instance.max_tries = 0
            else:
                state = states.get(instance.task_id)
                # A task that failed or was not reached does not belong to this part, so it must not decide its state.
                instance.state = state if state == TaskInstanceState.SUCCESS else TaskInstanceState.SKIPPED
        run.state, run.start_date, run.end_date = DagRunState.RUNNING, timezone.utcnow(), None
        session.commit()
        return run

    # `dag.test()` imports this helper when it is called; Airflow's version deletes the run of the same date.
    with patch.object(dagrun, "get_or_create_dagrun", continued):
        yield


def _runs(dag_id: str) -> list[PastRun]:
    """Return the runs of a DAG, newest first."""
    with create_session() as session:
        runs = session.scalars(select(DagRun).where(DagRun.dag_id == dag_id).order_by(DagRun.run_after.desc()))
        return [PastRun(run.run_id, run.logical_date, run.run_after, dict(run.conf or {})) for run in runs]


def _find(session: Any, dag_id: str, run_id: str) -> Any:
    return session.scalar(select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
