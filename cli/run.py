"""Run pipelines on the local platform: start it, upload data, run the DAGs and report each pipeline."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from rich.console import Console

from cli.progress import Progress
from cli.terminal import print_summaries
from common.errors import PlatformError
from common.paths import StatePaths
from jobs.contracts.pipeline import load_pipeline
from jobs.contracts.tables import ContractError, Zone
from jobs.pipeline_check.check import require_checked
from local.endpoints import Endpoints
from local.failure import Failure, failure_of
from local.platform import LocalPlatform, exclusive, running_endpoints
from local.run_plan import DATA, RunOptions, RunPlan
from local.services.dag_part import Part
from local.services.dag_process import Event, run_dag, run_part
from local.services.past_runs import require_past
from operations.landing import land_files, read_files
from reports.records import remove_record, write_index, write_record
from reports.summary import collect

Document = dict[str, Any]
Files = Mapping[str, bytes]


def run_pipelines(
    paths: StatePaths, pipelines: Sequence[str], options: RunOptions, *, mlflow_port: int, quiet: bool
) -> list[Document]:
    """Run the pipelines one after the other and return their summaries, which are also written with their reports.

    A pipeline that fails does not stop those after it. Raises ContractError for mistakes that can be found without
    running, and PlatformError for a part that no past run has, before anything starts.
    """
    require_checked(pipelines)
    plans = [RunPlan.of(load_pipeline(name), options) for name in pipelines]
    files = {plan.pipeline: _files(plan) for plan in plans}  # rejects partitions without data before anything starts
    for plan in plans:
        if plan.part:
            require_past(paths, plan.dag_ids, plan.part)
    console = Console(stderr=quiet)
    progress = Progress(console)
    with exclusive(paths), progress.live():
        platform = LocalPlatform(paths, mlflow_port=mlflow_port)
        running = running_endpoints(paths)
        try:
            with progress.step("start the local platform"):
                endpoints = platform.update(running) if running else platform.start()
            runner = _Runner(paths, platform, endpoints, progress)
            summaries = [runner.run(plan, files[plan.pipeline]) for plan in plans]
            write_index(paths)
        finally:
            if not running:
                platform.stop()
    print_summaries(summaries, console)
    return summaries


def part_of(pipeline: str | None, *, task: str | None, from_task: str | None, past_run: str) -> Part | None:
    """Return the part of a past run that the options name, or None; raises PlatformError if they do not fit."""
    name = task or from_task
    if name is None:
        if past_run:
            raise PlatformError(f"--run {past_run}: allowed with --from <task> or --task <task>, which name the part")
        return None
    if task and from_task:
        raise PlatformError(f"--task {task} and --from {from_task}: allowed is one of them")
    if pipeline is None:
        raise PlatformError(f"a part of a run belongs to one pipeline; name it: run <pipeline> --from {name}")
    return Part(name, onward=task is None, run=past_run)


def _files(plan: RunPlan) -> Files:
    if plan.part or DATA not in plan.kinds:
        return {}
    return read_files(plan.pipeline, plan.partitions[0], plan.partitions[-1])


class _Runner:
    """Runs plans on a platform that has started."""

    def __init__(self, paths: StatePaths, platform: LocalPlatform, endpoints: Endpoints, progress: Progress) -> None:
        self._paths = paths
        self._platform = platform
        self._endpoints = endpoints
        self._progress = progress
        self._common = tuple(progress.steps)
        """The steps before the first pipeline, which belong to each."""

    def run(self, plan: RunPlan, files: Files) -> Document:
        """Run the plan and write the summary and the report of its pipeline, also if it fails."""
        remove_record(self._paths, plan.pipeline)
        begun, events = len(self._progress.steps), dict[str, list[Event]]()
        failure = self._execute(plan, files, events)
        with self._progress.step(f"{plan.pipeline}: write the report"):
            self._platform.wait_for_tracking(self._endpoints)  # the summary includes the model registry
            summary = collect(self._paths, self._endpoints, plan, events, failure)
            summary["steps"] = [step.document for step in (*self._common, *self._progress.steps[begun:])]
            return write_record(self._paths, summary)

    def _execute(self, plan: RunPlan, files: Files, events: dict[str, list[Event]]) -> Failure | None:
        """Upload the files and run the DAGs up to the first that fails; `events` receives the events of each."""
        settings = self._endpoints.settings(tuning_max_jobs=plan.trials, tuning_max_parallel_jobs=plan.parallel_trials)
        environment = self._endpoints.airflow_environment(self._paths, settings)
        try:
            if files:
                with self._progress.step(f"{plan.pipeline}: upload the source files"):
                    land_files(self._endpoints.object_store.client, self._endpoints.names.bucket(Zone.LANDING), files)
            for run in self._runs(plan, environment):
                finished = run()
                events[finished[-1]["dag_id"]] = finished
                if failure := failure_of(finished, self._paths):
                    return failure
        except (PlatformError, ContractError) as error:
            return Failure("", "", str(error), str(self._paths.logs))
        return None

    def _runs(self, plan: RunPlan, environment: Mapping[str, str]) -> Iterator[Callable[[], list[Event]]]:
        """Yield a function for each DAG run of the plan, which runs it and returns its events."""
        arguments: dict[str, Any] = {
            "paths": self._paths,
            "environment": environment,
            "on_event": self._progress.follow,
        }
        if plan.part:
            self._wait_for_tracking(plan)
            yield partial(run_part, plan.dag_ids, plan.part, **arguments)
            return
        for kind, dag_id in zip(plan.kinds, plan.dag_ids, strict=True):
            if kind != DATA:
                self._wait_for_tracking(plan)
            yield partial(run_dag, dag_id, plan.parameters(kind), **arguments)

    def _wait_for_tracking(self, plan: RunPlan) -> None:
        with self._progress.step(f"{plan.pipeline}: wait for MLflow"):
            self._platform.wait_for_tracking(self._endpoints)
