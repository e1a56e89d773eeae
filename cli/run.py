"""The whole lifecycle on this machine: services, landing, the two DAGs, the report."""

import json
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Self

from rich.console import Console

from cli.landing import land_files, read_files
from cli.progress import Progress
from cli.terminal import print_summary
from common.files import write_atomically
from common.paths import StatePaths
from jobs.contracts.months import month_range
from jobs.contracts.tables import ContractError, Zone
from local.endpoints import Endpoints
from local.platform import LocalPlatform, exclusive, running_endpoints
from local.services.dag_process import Event, run_dag
from reports import write_report
from reports.summary import collect

PIPELINE = "flight_delay"
_PARALLEL_TRIALS = 2


@dataclass(frozen=True)
class RunPlan:
    """Which months a run takes in, and what it does with each."""

    months: tuple[str, ...]
    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    trials: int

    @classmethod
    def of(cls, first: str, last: str, *, test_months: int, trials: int) -> Self:
        """The last months are held out, the one before chooses a trial, the rest is learned from."""
        months = month_range(first, last)
        needed = test_months + 2
        if len(months) < needed:
            raise ContractError(
                f"months {first} to {last} are {len(months)}; {test_months} held out, one for validation and at "
                f"least one to train on make {needed}: name an earlier first month or hold out fewer"
            )
        return cls(
            months, months[: -test_months - 1], months[-test_months - 1 : -test_months], months[-test_months:], trials
        )

    @property
    def data_parameters(self) -> dict[str, object]:
        """The data DAG's parameters."""
        return {"first_month": self.months[0], "last_month": self.months[-1]}

    @property
    def training_parameters(self) -> dict[str, object]:
        """The training DAG's parameters; the newest month is predicted."""
        splits = {"train": self.train, "validation": self.validation, "test": self.test, "score": self.months[-1:]}
        spans = {name: f"{months[0]}:{months[-1]}" for name, months in splits.items()}
        return {**spans, "tuning_jobs": self.trials, "tuning_parallel_jobs": min(_PARALLEL_TRIALS, self.trials)}


def run_lifecycle(
    paths: StatePaths, plan: RunPlan, *, mlflow_port: int, data_only: bool, quiet: bool
) -> dict[str, Any]:
    """Run everything and return the summary that is also in `.platform/summary.json`."""
    console = Console(stderr=quiet)
    progress = Progress(console)
    files = read_files(PIPELINE, plan.months)  # before anything starts: months that do not exist are found here
    with exclusive(paths), progress.live():
        platform = LocalPlatform(paths, mlflow_port=mlflow_port)
        found = running_endpoints(paths)
        try:
            with progress.step("start the local platform"):
                endpoints = found or platform.start()
            with progress.step("land five sources"):
                land_files(endpoints.object_store.client, endpoints.names.bucket(Zone.LANDING), files)
            summary = _run(paths, plan, platform, endpoints, progress, data_only=data_only)
        finally:
            if not found:
                platform.stop()
    print_summary(summary, console)
    return summary


def _run(
    paths: StatePaths,
    plan: RunPlan,
    platform: LocalPlatform,
    endpoints: Endpoints,
    progress: Progress,
    *,
    data_only: bool,
) -> dict[str, Any]:
    settings = endpoints.settings(
        tuning_max_jobs=plan.trials, tuning_max_parallel_jobs=min(_PARALLEL_TRIALS, plan.trials)
    )
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
    with progress.step("collect the summary and draw the report"):
        if data_only:  # the registry is part of the summary
            platform.wait_for_tracking(endpoints)
        summary = collect(paths, endpoints, PIPELINE, events)
        summary["plan"] = asdict(plan)
        summary["steps"] = [
            {"step": step.name, "state": step.state, "seconds": round(step.shown_seconds, 2)} for step in progress.steps
        ]
        summary["report"] = str(paths.root / "report.html")
        write_atomically(paths.root / "summary.json", json.dumps(summary, indent=1))
        write_report(paths.root / "summary.json", paths.root / "report.html")
    return summary


def _dags(plan: RunPlan, *, data_only: bool) -> dict[str, dict[str, object]]:
    data = {f"{PIPELINE}_data": plan.data_parameters}
    return data if data_only else {**data, f"{PIPELINE}_training": plan.training_parameters}
