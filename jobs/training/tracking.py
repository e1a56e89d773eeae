"""Experiments and runs in MLflow; with `registry.py` the only MLflow of the platform."""

import os
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

# Read when mlflow is imported: a dead server must fail a job in seconds, not after minutes of retries.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import mlflow
from mlflow.entities import Experiment, Run
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from jobs.contracts.training import OBJECTIVE_METRIC
from jobs.training.credentials import log_in
from jobs.training.errors import TrainingError
from jobs.training.settings import TrialSettings

OBJECTIVE = OBJECTIVE_METRIC.replace(":", "_")
ROUNDS, THRESHOLD = "rounds", "threshold"
_KIND, _TUNING_JOB, _DAG_RUN = "platform.kind", "platform.tuning_job", "platform.dag_run"
_REACH_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A finished trial as MLflow knows it."""

    run_id: str
    parameters: dict[str, str]
    metrics: dict[str, float]
    started: int
    seconds: float

    @property
    def objective(self) -> float:
        """The metric that tuning maximises."""
        return self.metrics[OBJECTIVE]


class Tracking:
    """The experiment of one pipeline; raises TrainingError when MLflow cannot be reached."""

    def __init__(self, settings: TrialSettings) -> None:
        self._settings = settings
        _require_server(settings.tracking_uri)
        log_in(settings.tracking_secret)
        mlflow.set_tracking_uri(settings.tracking_uri)
        self._experiment = _experiment(settings.experiment)

    def record_trial(self, parameters: Mapping[str, str], metrics: Mapping[str, float]) -> str:
        """Log a trial as a finished run and return its id."""
        with self.run("trial", self._settings.training_job or "trial") as run_id:
            mlflow.log_params(dict(parameters))
            mlflow.log_metrics(dict(metrics))
        return run_id

    def trials(self) -> list[Trial]:
        """The finished trials of the tuning job, best first; raises TrainingError when there is none."""
        job = self._settings.tuning_job
        found = MlflowClient().search_runs(
            [self._experiment.experiment_id],
            filter_string=f"tags.`{_KIND}` = 'trial' and tags.`{_TUNING_JOB}` = '{job}' and status = 'FINISHED'",
            order_by=[f"metrics.`{OBJECTIVE}` DESC", "attributes.start_time ASC"],
        )
        trials = [_trial(run) for run in found if OBJECTIVE in run.data.metrics]
        if not trials:
            raise TrainingError(
                f"MLflow experiment {self._settings.experiment!r} holds no finished trial of tuning job {job!r}; "
                "run the tuning job first and check that it names the same tracking server"
            )
        return trials

    @contextmanager
    def run(self, kind: str, name: str, tags: Mapping[str, str] | None = None) -> Iterator[str]:
        """An active run with the platform's tags; it is marked failed when the body raises."""
        own = {
            _KIND: kind,
            _TUNING_JOB: self._settings.tuning_job,
            _DAG_RUN: self._settings.run_id,
            "platform.pipeline": self._settings.pipeline,
            "platform.training_job": self._settings.training_job,
        }
        experiment = self._experiment.experiment_id
        with mlflow.start_run(experiment_id=experiment, run_name=name, tags={**own, **(tags or {})}) as active:
            yield str(active.info.run_id)

    def log(self, *, parameters: Mapping[str, Any], metrics: Mapping[str, float], documents: Mapping[str, Any]) -> None:
        """Add parameters, metrics and JSON documents to the active run."""
        mlflow.log_params(dict(parameters))
        mlflow.log_metrics(dict(metrics))
        for name, document in documents.items():
            mlflow.log_dict(document, name)


def _require_server(uri: str) -> None:
    """A health request says in seconds what MLflow's own client says after its retries."""
    if not uri.startswith(("http://", "https://")):
        return
    try:
        with urllib.request.urlopen(f"{uri.rstrip('/')}/health", timeout=_REACH_SECONDS):  # noqa: S310 - http(s) only
            return
    except OSError as error:
        raise TrainingError(
            f"MLflow at {uri} does not answer: {error}; start the tracking server or correct MLFLOW_TRACKING_URI"
        ) from error


def _experiment(name: str) -> Experiment:
    try:
        return mlflow.set_experiment(name)
    except MlflowException as error:
        raise TrainingError(
            f"MLflow refuses experiment {name!r}: {str(error).splitlines()[0]}; "
            "restore it when it was deleted, or correct MLFLOW_EXPERIMENT_NAME"
        ) from error


def _trial(run: Run) -> Trial:
    started, ended = int(run.info.start_time), int(run.info.end_time or run.info.start_time)
    return Trial(
        run_id=run.info.run_id,
        parameters=dict(run.data.params),
        metrics=dict(run.data.metrics),
        started=started,
        seconds=(ended - started) / 1000,
    )
