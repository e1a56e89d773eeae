"""Run a DAG as a process in the Airflow environment and follow the events that it writes."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from common import processes
from common.errors import PlatformError
from common.paths import AIRFLOW_PYTHON, REPOSITORY, StatePaths
from local.services.dag_part import Part

Event = dict[str, Any]
_POLL_SECONDS = 0.2


def run_dag(
    dag_id: str,
    conf: Mapping[str, object],
    *,
    paths: StatePaths,
    environment: Mapping[str, str],
    on_event: Callable[[Event], None],
) -> list[Event]:
    """Run a DAG and return its events, the last of which is the end of the run, successful or not, with Airflow's log.

    Raises PlatformError with the reason if the run did not start.
    """
    return _run([dag_id], ["--conf", json.dumps(conf)], paths, environment, on_event)


def run_part(
    dag_ids: Sequence[str],
    part: Part,
    *,
    paths: StatePaths,
    environment: Mapping[str, str],
    on_event: Callable[[Event], None],
) -> list[Event]:
    """Run a part of a past run of one of these DAGs again, and return its events as `run_dag` does."""
    return _run(dag_ids, part.options, paths, environment, on_event)


def _run(
    dag_ids: Sequence[str],
    options: Sequence[str],
    paths: StatePaths,
    environment: Mapping[str, str],
    on_event: Callable[[Event], None],
) -> list[Event]:
    name = dag_ids[0]
    events_file = paths.airflow / f"{name}.events.jsonl"
    events_file.unlink(missing_ok=True)
    command = [str(AIRFLOW_PYTHON), "-m", "local.services.dag_run", *dag_ids, *options, "--events", str(events_file)]
    log = paths.logs / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            processes.supervised(command),
            cwd=REPOSITORY,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    events: list[Event] = []
    try:
        while process.poll() is None:
            _follow(events_file, events, on_event)
            time.sleep(_POLL_SECONDS)
        _follow(events_file, events, on_event)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    airflow_log = paths.airflow / "logs" / f"{name}.log"
    if not events or events[-1]["event"] != "dag":
        raise PlatformError(f"{processes.log_tail(log)} (see {log} and {airflow_log})")
    events[-1]["log"] = str(airflow_log)
    return events


def _follow(path: Path, events: list[Event], on_event: Callable[[Event], None]) -> None:
    """Read the events that were added to the file, pass each to `on_event` and append it to `events`."""
    text = path.read_text() if path.exists() else ""
    complete = text[: text.rfind("\n") + 1].splitlines()
    for line in complete[len(events) :]:
        event: Event = json.loads(line)
        events.append(event)
        on_event(event)
