"""One DAG run inside this process: Airflow's `dag.test()` with its parameters checked and its events written down.

Imported by `local.services.dag_run` once the environment that Airflow reads at import is set.
"""

import copy
import functools
import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog  # type: ignore[import-not-found]
from airflow.exceptions import ParamValidationError
from airflow.listeners import hookimpl
from airflow.listeners.listener import get_listener_manager
from airflow.models.dagbag import DagBag
from airflow.sdk.execution_time.supervisor import InProcessTestSupervisor

from jobs.dags.names import run_key

DAGS = Path(__file__).parents[2] / "jobs" / "dags"
_LONGEST_REASON = 2000


class DagRunError(ValueError):
    """A run that cannot start; the message says what was received and what is allowed."""


class Events:
    """The run's events as JSON lines, written as Airflow's listeners report them."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", buffering=1)
        self._starts: dict[str, str] = {}
        self._ended: set[str] = set()
        self.failure = ""

    def write(self, event: str, **values: object) -> None:
        """Append one event; `reason` is there when something failed."""
        self._file.write(json.dumps({"event": event, **values}) + "\n")

    def started(self, task_id: str) -> None:
        """A task begins a try."""
        self._starts[task_id] = _now()
        self.write("task", task_id=task_id, state="running", start=self._starts[task_id], end=None)

    def ended(self, task_id: str, state: str, reason: str = "") -> None:
        """A task has its final state; said once, whoever reports it."""
        if task_id in self._ended:
            return
        self._ended.add(task_id)
        if reason and not self.failure:
            self.failure = f"task {task_id}: {reason}"
        told = {"reason": reason} if reason else {}
        start = self._starts.get(task_id)
        self.write("task", task_id=task_id, state=state, start=start, end=_now() if start else None, **told)


def run(dag_id: str, conf_text: str, events_path: Path) -> str:
    """Run the DAG with these parameters; gives what failed, nothing when the run succeeded."""
    _quieten()
    conf = _parse_conf(conf_text)
    dag = _load(dag_id, conf)
    for task in dag.tasks:
        # A laptop's failure repeats itself: its reason now is worth more than another try in five minutes.
        task.retries = 0
    _reuse_execution_api()
    events = Events(events_path)
    get_listener_manager().add_listener(_listener(events))
    start = _now()
    dag_run = dag.test(run_conf=conf)
    for instance in dag_run.get_task_instances():
        events.ended(instance.task_id, str(instance.state))
    failure = "" if dag_run.state == "success" else events.failure or f"the run ended as {dag_run.state}"
    told = {"reason": failure} if failure else {}
    key = run_key(dag_run.run_id)
    events.write("dag", state=str(dag_run.state), start=start, end=_now(), run_id=dag_run.run_id, run_key=key, **told)
    return failure


def _load(dag_id: str, conf: dict[str, Any]) -> Any:
    """The DAG, with the parameters checked before anything starts."""
    bag = DagBag(str(DAGS), include_examples=False)
    if bag.import_errors:
        raise DagRunError(f"DAG files do not import: {[text.splitlines()[-1] for text in bag.import_errors.values()]}")
    if dag_id not in bag.dags:
        raise DagRunError(f"there is no such DAG; DAGs are {sorted(bag.dags)}")
    dag = bag.dags[dag_id]
    if unknown := sorted(set(conf) - set(dag.params)):
        raise DagRunError(f"--conf has unknown parameters {unknown}; allowed are {sorted(dag.params)}")
    try:
        copy.deepcopy(dag.params).update(conf)
    except ParamValidationError as error:
        raise DagRunError(f"--conf: {str(error).splitlines()[0]}") from error
    return dag


def _listener(events: Events) -> object:
    """Airflow's task listener, which `dag.test()` calls in this process."""

    class Listener:
        @hookimpl  # type: ignore[untyped-decorator]
        def on_task_instance_running(self, task_instance: Any) -> None:
            events.started(task_instance.task_id)

        @hookimpl  # type: ignore[untyped-decorator]
        def on_task_instance_success(self, task_instance: Any) -> None:
            events.ended(task_instance.task_id, "success")

        @hookimpl  # type: ignore[untyped-decorator]
        def on_task_instance_failed(self, task_instance: Any, error: BaseException | str | None) -> None:
            events.ended(task_instance.task_id, "failed", _sentence(error))

    return Listener()


def _sentence(error: BaseException | str | None) -> str:
    """The error in one line; some services answer with a page."""
    return " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__


def _reuse_execution_api() -> None:
    """Let all tasks of the run share one in-process execution API.

    Airflow 3.0.6 builds that FastAPI application anew for each task, 0.9 s of the 1.2 s a task costs; on MWAA one
    application serves all tasks too. It holds the DAG and no state of a task, and this process runs one DAG.
    """
    InProcessTestSupervisor._api_client = staticmethod(functools.cache(InProcessTestSupervisor._api_client))


def _quieten() -> None:
    """Airflow 3.0.6 traces each message between task and supervisor; the log keeps what operators say."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
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
