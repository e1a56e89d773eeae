"""Runs one DAG to its end with Airflow's own `dag.test()`: `python -m embedded.dag_run <dag_id> --conf JSON --events PATH`.

Runs in the Airflow environment; of the platform it takes `jobs` only. Environment variables name everything else:
AIRFLOW_HOME, AIRFLOW__PLATFORM__*, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_REGION and credentials. Airflow's own
words go to `$AIRFLOW_HOME/logs/<dag_id>.log`; the events file receives one JSON line per task start and end and one
for the run. The exit code is 0 when the run succeeded, 1 when it failed and 2 when it could not start.
"""

import argparse
import copy
import functools
import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AIRFLOW_VERSION = "3.0.6"
DAGS = Path(__file__).parents[1] / "jobs" / "dags"

_UNUSABLE = 2


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


def main() -> None:
    """Run the DAG that the arguments name."""
    parser = argparse.ArgumentParser(prog="embedded.dag_run", description="Run one DAG in this process.")
    parser.add_argument("dag_id")
    parser.add_argument("--conf", default="{}", help="parameters of the DAG as a JSON object")
    parser.add_argument("--events", type=Path, required=True, help="file that receives the events as JSON lines")
    options = parser.parse_args()
    home = Path(os.environ["AIRFLOW_HOME"]).absolute()
    terminal = os.fdopen(os.dup(2), "w")
    _redirect_output(home / "logs" / f"{options.dag_id}.log")
    try:
        _prepare(home)
        failure = run(options.dag_id, _parse_conf(options.conf), options.events)
    except DagRunError as error:
        print(f"{options.dag_id}: {error}", file=terminal)
        sys.exit(_UNUSABLE)
    if failure:
        print(f"{options.dag_id} failed: {failure}", file=terminal)
        sys.exit(1)


def run(dag_id: str, conf: dict[str, Any], events_path: Path) -> str:
    """Run the DAG with these parameters; gives what failed, nothing when the run succeeded."""
    from airflow.listeners.listener import get_listener_manager

    _quieten()
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
    failure = events.failure if dag_run.state == "success" else events.failure or f"the run ended as {dag_run.state}"
    told = {"reason": failure} if failure else {}
    events.write("dag", state=str(dag_run.state), start=start, end=_now(), run_id=dag_run.run_id, **told)
    return "" if dag_run.state == "success" else failure


def _load(dag_id: str, conf: dict[str, Any]) -> Any:
    """The DAG, with the parameters checked before anything starts."""
    from airflow.exceptions import ParamValidationError
    from airflow.models.dagbag import DagBag

    bag = DagBag(str(DAGS), include_examples=False)
    if bag.import_errors:
        raise DagRunError(f"DAG files do not import: {[text.splitlines()[-1] for text in bag.import_errors.values()]}")
    if dag_id not in bag.dags:
        raise DagRunError(f"there is no such DAG; DAGs are {sorted(bag.dags)}")
    dag = bag.dags[dag_id]
    if unknown := sorted(set(conf) - set(dag.params)):
        raise DagRunError(f"--conf has unknown parameters {unknown}; allowed are {sorted(dag.params)}")
    try:
        copy.copy(dag.params).update({name: conf.get(name, default) for name, default in dag.params.dump().items()})
    except ParamValidationError as error:
        raise DagRunError(f"--conf: {str(error).splitlines()[0]}") from error
    return dag


def _listener(events: Events) -> object:
    """Airflow's task listener, which `dag.test()` calls in this process."""
    from airflow.listeners import hookimpl

    class Listener:
        @hookimpl
        def on_task_instance_running(self, task_instance: Any) -> None:
            events.started(task_instance.task_id)

        @hookimpl
        def on_task_instance_success(self, task_instance: Any) -> None:
            events.ended(task_instance.task_id, "success")

        @hookimpl
        def on_task_instance_failed(self, task_instance: Any, error: BaseException | str | None) -> None:
            events.ended(task_instance.task_id, "failed", str(error) or type(error).__name__)

    return Listener()


def _reuse_execution_api() -> None:
    """Let all tasks of the run share one in-process execution API.

    Airflow 3.0.6 builds that FastAPI application anew for each task, 0.9 s of the 1.2 s a task costs; on MWAA one
    application serves all tasks too. It holds the DAG and no state of a task, and this process runs one DAG.
    """
    from airflow.sdk.execution_time.supervisor import InProcessTestSupervisor

    InProcessTestSupervisor._api_client = staticmethod(functools.cache(InProcessTestSupervisor._api_client))


def _quieten() -> None:
    """Airflow 3.0.6 traces each message between task and supervisor; the log keeps what operators say."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _prepare(home: Path) -> None:
    """Set what Airflow reads at import and make its database, whole or not at all, once per version."""
    database = home / f"airflow-{AIRFLOW_VERSION}.db"
    os.environ.update(
        AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__LOGGING__LOGGING_LEVEL="INFO",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{database}",
    )
    # botocore reads this one; the platform's other programs are told AWS_REGION.
    os.environ.setdefault("AWS_DEFAULT_REGION", os.environ.get("AWS_REGION", "us-east-1"))
    if database.exists():
        return
    unfinished = database.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    environment = os.environ | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{unfinished}"}
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], env=environment, check=True)
    unfinished.replace(database)


def _redirect_output(log: Path) -> None:
    """Send what this process and its children print to the log file: Airflow prints every line of a task twice."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


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


if __name__ == "__main__":
    main()
