"""Run a DAG in this process with Airflow's `dag.test()`, after checking its parameters, and record its events.

`local.services.dag_run` imports this module after it has set the variables that Airflow reads at import.
"""

import copy
import functools
import json
import logging
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.listeners import hookimpl
from airflow.sdk.exceptions import ParamValidationError
from airflow.sdk.execution_time.supervisor import InProcessTestSupervisor
from airflow.sdk.listener import get_listener_manager

from jobs.dags.names import run_key
from local.services.dag_part import DagRunError, Part
from local.services.dag_past_run import choose, continuing, selected

_MAX_REASON_CHARACTERS = 2000


class Events:
    """Writes the events of the run to a file as JSON lines, as Airflow's listeners report them."""

    def __init__(self, path: Path, dag_id: str) -> None:
        self._dag_id = dag_id
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", buffering=1)
        self._starts: dict[str, str] = {}
        self._ended: set[str] = set()
        self.failure = ""

    def write(self, event: str, **values: object) -> None:
        """Append one event; failures have the value `reason`."""
        self._file.write(json.dumps({"event": event, "dag_id": self._dag_id, **values}) + "\n")

    def started(self, task_id: str) -> None:
        """Record that an attempt of a task has started."""
        self._starts[task_id] = _now()
        self.write("task", task_id=task_id, state="running", start=self._starts[task_id], end=None)

    def ended(self, task_id: str, state: str, reason: str = "") -> None:
        """Record the final state of a task; later reports for the same task are ignored."""
        if task_id in self._ended:
            return
        self._ended.add(task_id)
        if reason and not self.failure:
            self.failure = f"task {task_id}: {reason}"
        details = {"reason": reason} if reason else {}
        start = self._starts.get(task_id)
        self.write("task", task_id=task_id, state=state, start=start, end=_now() if start else None, **details)


def run(dag_id: str, conf_text: str, events_path: Path) -> str:
    """Run the DAG with these parameters and return the reason of its failure, or an empty string if it succeeded."""
    conf = _parse_conf(conf_text)
    (dag,) = _load(dag_id)
    _check_parameters(dag, conf)
    return _execute(dag, events_path, {task.task_id for task in dag.tasks}, run_conf=conf)


def run_part(dag_ids: Sequence[str], part: Part, events_path: Path) -> str:
    """Run a part of a past run of one of these DAGs again, and return the reason of its failure as `run` does."""
    dag, past = choose(_load(*dag_ids), part)
    chosen = selected(dag, part)
    dates = {"logical_date": past.logical_date, "run_after": past.run_after}
    with continuing(dag.dag_id, past, chosen):
        return _execute(dag, events_path, chosen, run_conf=past.conf, **dates)


def _execute(dag: Any, events_path: Path, chosen: Collection[str], **arguments: Any) -> str:
    """Call `dag.test()` with these arguments; only the events of the chosen tasks are recorded."""
    _omit_requests_from_log()
    for task in dag.tasks:
        # Local failures are rarely transient: report the reason now instead of retrying in five minutes.
        task.retries = 0
    _reuse_execution_api()
    events = Events(events_path, dag.dag_id)
    get_listener_manager().add_listener(_listener(events))
    start = _now()
    dag_run = dag.test(**arguments)
    states = {each.task_id: str(each.state) for each in dag_run.get_task_instances() if each.task_id in chosen}
    for task_id, state in states.items():
        events.ended(task_id, state)
    state = "failed" if _has_failed(dag, states) else str(dag_run.state)
    failure = "" if state == "success" else events.failure or f"the run ended in state {state}"
    details = {"reason": failure} if failure else {}
    names = {"run_id": dag_run.run_id, "run_key": run_key(dag_run.run_id)}
    events.write("dag", state=state, start=start, end=_now(), **names, **details)
    return failure


def _has_failed(dag: Any, states: Mapping[str, str]) -> bool:
    """Whether one of the tasks has failed: Airflow lets a run succeed whose last tasks were skipped.

    A teardown does not count, as in Airflow.
    """
    return any(state == "failed" and not dag.get_task(task_id).is_teardown for task_id, state in states.items())


def _load(*dag_ids: str) -> list[Any]:
    """Return the DAGs; raises DagRunError for an unknown id, with the errors of DAG files that cannot be imported."""
    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if not set(dag_ids) <= set(bag.dags):
        broken = [f"; {path}: {text.splitlines()[-1]}" for path, text in bag.import_errors.items()]
        raise DagRunError(f"unknown DAG; allowed are {sorted(bag.dags)}{''.join(broken)}")
    return [bag.dags[dag_id] for dag_id in dag_ids]


def _check_parameters(dag: Any, conf: dict[str, Any]) -> None:
    """Raise DagRunError for unknown and invalid parameters."""
    if unknown := sorted(set(conf) - set(dag.params)):
        raise DagRunError(f"--conf has unknown parameters {unknown}; allowed are {sorted(dag.params)}")
    try:
        copy.deepcopy(dag.params).update(conf)
    except ParamValidationError as error:
        raise DagRunError(f"--conf: {str(error).splitlines()[0]}") from error


def _listener(events: Events) -> object:
    """Return a task listener, which `dag.test()` calls in this process."""

    class Listener:
        @hookimpl  # type: ignore[untyped-decorator]
        def on_task_instance_running(self, task_instance: Any) -> None:
            events.started(task_instance.task_id)

        @hookimpl  # type: ignore[untyped-decorator]
        def on_task_instance_success(self, task_instance: Any) -> None:
            events.ended(task_instance.task_id, "success")

        @hookimpl  # type: ignore[untyped-decorator]
        def on_task_instance_failed(self, task_instance: Any, error: BaseException | str | None) -> None:
            events.ended(task_instance.task_id, "failed", _one_line(error))

    return Listener()


def _one_line(error: BaseException | str | None) -> str:
    """Return the error as one line, shortened; some services answer with an HTML page."""
    return " ".join(str(error).split())[:_MAX_REASON_CHARACTERS] or type(error).__name__


def _reuse_execution_api() -> None:
    """Share one in-process execution API among all tasks of the run.

    Airflow builds this FastAPI application again for each task, which takes longer than a short task. On MWAA one
    application serves all tasks too. It holds the DAG and no task state, and this process runs one DAG.
    """
    InProcessTestSupervisor._api_client = staticmethod(functools.cache(InProcessTestSupervisor._api_client))


def _omit_requests_from_log() -> None:
    """Omit the requests of tasks to the execution API from the log."""
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _parse_conf(text: str) -> dict[str, Any]:
    try:
        conf = json.loads(text)
    except json.JSONDecodeError as error:
        raise DagRunError(f"--conf is not JSON ({error}): {text!r}") from error
    if not isinstance(conf, dict):
        raise DagRunError(f"--conf is a {type(conf).__name__}; allowed is a JSON object of DAG parameters")
    return conf


def _now() -> str:
    return datetime.now(UTC).isoformat()
