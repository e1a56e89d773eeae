"""Experiments and runs in MLflow; only this module, `run_record.py` and `registry.py` call MLflow."""

import os
import ssl
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

# MLflow reads these on import; with an unavailable server, a job must fail in seconds, not after minutes of retries.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import mlflow
from mlflow.entities import Experiment, Run
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from jobs.contracts.metrics import Metric
from jobs.training.credentials import log_in
from jobs.training.errors import TrainingError
from jobs.training.settings import TrialSettings

_KIND, _TUNING_JOB, _DAG_RUN = "platform.kind", "platform.tuning_job", "platform.dag_run"
_TRAINING_JOB = "platform.training_job"
#: A trial with this tag predicts the same for every row: it has learnt nothing.
_CONSTANT, _REMEDY = "platform.constant", "platform.remedy"
_REACH_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A finished trial, read from its MLflow run."""

    run_id: str
    parameters: dict[str, str]
    metrics: dict[str, float]
    objective: float
    """The value of the metric by which tuning compares trials, on the validation split."""
    constant: bool
    """Whether the trial predicts the same for every row."""
    remedy: str
    """What to do about it; empty for a trial that has learnt something."""
    started: int
    """When it was recorded, in milliseconds since 1970."""


class Tracking:
    """The experiment of one pipeline; raises TrainingError when MLflow cannot be reached."""

    def __init__(self, settings: TrialSettings) -> None:
        self._settings = settings
        _require_server(settings.tracking_uri)
        log_in(settings.tracking_secret)
        mlflow.set_tracking_uri(settings.tracking_uri)
        self._experiment = _experiment(settings.experiment)

    @property
    def experiment_id(self) -> str:
        """The id of the experiment, which is part of the addresses of its runs."""
        return str(self._experiment.experiment_id)

    def record_trial(
        self, parameters: Mapping[str, str], metrics: Mapping[str, float], *, constant: bool = False, remedy: str = ""
    ) -> str:
        """Log a trial as a finished run and return its id.

        `constant` marks a trial that has learnt nothing, and `remedy` says what to do about it.
        """
        tags = {_CONSTANT: str(constant).lower(), **({_REMEDY: remedy} if remedy else {})}
        with self.run("trial", self._settings.training_job or "trial", tags) as run_id:
            mlflow.log_params(dict(parameters))
            mlflow.log_metrics(dict(metrics))
        return run_id

    def trials(self, objective: Metric) -> list[Trial]:
        """The finished trials of the tuning job, best first and those that learnt nothing last.

        Raises TrainingError if none has learnt anything.
        """
        job, name = self._settings.tuning_job, validation_metric(objective.name)
        order = "DESC" if objective.higher_is_better else "ASC"
        runs = MlflowClient().search_runs(
            [self._experiment.experiment_id],
            filter_string=f"tags.`{_KIND}` = 'trial' and tags.`{_TUNING_JOB}` = '{job}' and status = 'FINISHED'",
            order_by=[f"metrics.`{name}` {order}", "attributes.start_time ASC"],
        )
        # An interruption between recording and the end of a job makes SageMaker repeat it, with the same result.
        by_job = {run.data.tags.get(_TRAINING_JOB) or run.info.run_id: run for run in reversed(runs)}
        trials = [_trial(run, name) for run in reversed(by_job.values()) if name in run.data.metrics]
        if not trials:
            raise TrainingError(
                f"MLflow experiment {self._settings.experiment!r} holds no finished trial of tuning job {job!r}; "
                "run the tuning job first and check that it uses the same tracking server"
            )
        if all(trial.constant for trial in trials):
            remedies = dict.fromkeys(trial.remedy for trial in trials if trial.remedy)
            raise TrainingError(
                f"all {len(trials)} trials of tuning job {job!r} predict the same value for every row, so there is "
                f"nothing to register; {next(iter(remedies), 'check that the features vary')}"
            )
        return sorted(trials, key=lambda trial: trial.constant)

    @contextmanager
    def run(self, run_type: str, name: str, tags: Mapping[str, str] | None = None) -> Iterator[str]:
        """Context of an active run with the platform's tags; MLflow marks the run as failed when the body raises."""
        platform_tags = {
            _KIND: run_type,
            _TUNING_JOB: self._settings.tuning_job,
            _DAG_RUN: self._settings.run_id,
            "platform.pipeline": self._settings.pipeline,
            _TRAINING_JOB: self._settings.training_job,
        }
        experiment = self._experiment.experiment_id
        with mlflow.start_run(
            experiment_id=experiment, run_name=name, tags={**platform_tags, **(tags or {})}
        ) as active:
            yield str(active.info.run_id)

    def log(self, *, parameters: Mapping[str, Any], metrics: Mapping[str, float]) -> None:
        """Add parameters and metrics to the active run."""
        mlflow.log_params(dict(parameters))
        mlflow.log_metrics(dict(metrics))


def validation_metric(name: str) -> str:
    """MLflow's name of a metric on the validation split."""
    return f"validation_{name}"


def _require_server(uri: str) -> None:
    """Raise TrainingError within seconds when the server is down; the MLflow client would first exhaust its retries."""
    if not uri.startswith(("http://", "https://")):
        return
    try:
        with urllib.request.urlopen(f"{uri.rstrip('/')}/health", timeout=_REACH_SECONDS):  # noqa: S310 - http(s) only
            return
    except OSError as error:
        if isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError):
            raise TrainingError(
                f"MLflow at {uri} has a certificate that this job does not trust: {error}; "
                "correct the certificate of its load balancer, or configure the private authority that issued it"
            ) from error
        raise TrainingError(
            f"MLflow at {uri} does not answer: {error}; start the tracking server or correct MLFLOW_TRACKING_URI"
        ) from error


def _experiment(name: str) -> Experiment:
    try:
        return mlflow.set_experiment(name)
    except MlflowException as error:
        raise TrainingError(
            f"MLflow rejects experiment {name!r}: {str(error).splitlines()[0]}; "
            "restore it if it was deleted, or correct MLFLOW_EXPERIMENT_NAME"
        ) from error


def _trial(run: Run, objective: str) -> Trial:
    return Trial(
        run_id=run.info.run_id,
        parameters=dict(run.data.params),
        metrics=dict(run.data.metrics),
        objective=run.data.metrics[objective],
        constant=run.data.tags.get(_CONSTANT) == "true",
        remedy=run.data.tags.get(_REMEDY, ""),
        started=int(run.info.start_time),
    )
