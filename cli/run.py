"""Run the whole lifecycle on the local platform: start it, upload data, run both DAGs, write the report."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from rich.console import Console

from cli.progress import Progress
from cli.terminal import print_summary
from common.files import write_atomically
from common.paths import StatePaths
from jobs.contracts.tables import Zone
from local.endpoints import Endpoints
from local.platform import LocalPlatform, exclusive, running_endpoints
from local.run_plan import RunPlan
from local.services.dag_process import Event, run_dag
from operations.landing import land_files, read_files
from reports import write_report
from reports.summary import collect

PIPELINE = "flight_delay"


def run_lifecycle(
    paths: StatePaths, plan: RunPlan, *, mlflow_port: int, data_only: bool, quiet: bool
) -> dict[str, Any]:
    """Run the plan and return the summary, which is also written to `summary.json` in the state folder."""
    console = Console(stderr=quiet)
    progress = Progress(console)
    files = read_files(PIPELINE, plan.months[0], plan.months[-1])  # rejects months without data before anything starts
    with exclusive(paths), progress.live():
        platform = LocalPlatform(paths, mlflow_port=mlflow_port)
        running = running_endpoints(paths)
        try:
            with progress.step("start the local platform"):
                endpoints = platform.update(running) if running else platform.start()
            with progress.step("upload the source files"):
                land_files(endpoints.object_store.client, endpoints.names.bucket(Zone.LANDING), files)
            events = _run_dags(paths, plan, platform, endpoints, progress, data_only=data_only)
            with progress.step("collect the summary and write the report"):
                if data_only:  # the summary includes the model registry
                    platform.wait_for_tracking(endpoints)
                summary = _write_summary(paths, plan, endpoints, events, progress)
        finally:
            if not running:
                platform.stop()
    print_summary(summary, console)
    return summary


def _run_dags(
    paths: StatePaths,
    plan: RunPlan,
    platform: LocalPlatform,
    endpoints: Endpoints,
    progress: Progress,
    *,
    data_only: bool,
) -> dict[str, list[Event]]:
    """Run the DAGs one after the other and return the events of each."""
    settings = endpoints.settings(tuning_max_jobs=plan.trials, tuning_max_parallel_jobs=plan.parallel_trials)
    environment = endpoints.airflow_environment(paths, settings)
    events: dict[str, list[Event]] = {}
    for dag_id, parameters in _dags(plan, data_only=data_only).items():
        if dag_id.endswith("_training"):
            with progress.step("wait for MLflow"):
                platform.wait_for_tracking(endpoints)
        events[dag_id] = run_dag(
            dag_id,
            parameters,
            paths=paths,
            environment=environment,
            on_event=partial(progress.follow, dag_id),
        )
    return events


def _dags(plan: RunPlan, *, data_only: bool) -> dict[str, dict[str, object]]:
    data = {f"{PIPELINE}_data": plan.data_parameters}
    return data if data_only else {**data, f"{PIPELINE}_training": plan.training_parameters}


def _write_summary(
    paths: StatePaths, plan: RunPlan, endpoints: Endpoints, events: Mapping[str, list[Event]], progress: Progress
) -> dict[str, Any]:
    """Write `summary.json` and `report.html` to the state folder and return the summary."""
    source, report = paths.root / "summary.json", paths.root / "report.html"
    summary = collect(paths, endpoints, PIPELINE, events)
    summary["plan"] = asdict(plan)
    summary["steps"] = [
        {"step": step.name, "state": step.state, "seconds": round(step.shown_seconds, 2)} for step in progress.steps
    ]
    summary["report"] = str(report)
    write_atomically(source, json.dumps(summary, indent=1))
    write_report(source, report)
    return summary
