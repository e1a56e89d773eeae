"""SageMaker tuning jobs: Optuna searches the ranges of the request, and each trial is a training job."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import Trial, TrialState

from jobs.contracts.workloads import TRAINING_JOB, TUNING_JOB
from local.executors.context import Context
from local.executors.errors import validation
from local.executors.executor import Operation, Request
from local.executors.jobs import COMPLETED, FAILED, STOPPED, Job, JobFailedError
from local.executors.training import STATES, TRAINING, Training

TUNING = "tuning-job"
_LOGARITHMIC = ("Logarithmic", "ReverseLogarithmic")
optuna.logging.set_verbosity(optuna.logging.WARNING)


class Tuning:
    """The hyper-parameter tuning operations of the SageMaker API."""

    service = TUNING_JOB.service

    def __init__(self, context: Context, training: Training) -> None:
        self._context = context
        self._jobs = context.jobs
        self._training = training

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The method that answers each API operation."""
        return {
            TUNING_JOB.create: self.create_hyper_parameter_tuning_job,
            TUNING_JOB.describe: self.describe_hyper_parameter_tuning_job,
            TUNING_JOB.stop: self.stop_hyper_parameter_tuning_job,
            "ListTrainingJobsForHyperParameterTuningJob": self.list_trials,
        }

    def create_hyper_parameter_tuning_job(self, request: Request) -> Request:
        """Start a tuning job in the background; raises ServiceError for an unsupported request."""
        config = request["HyperParameterTuningJobConfig"]
        if "TrainingJobDefinition" not in request or "HyperParameterTuningJobObjective" not in config:
            raise validation(
                "the local platform requires TrainingJobDefinition and HyperParameterTuningJobObjective in a tuning job"
            )
        job = self._jobs.create(Job(kind=TUNING, name=request["HyperParameterTuningJobName"], request=request))
        self._jobs.run_in_background(job, self.search)
        return {"HyperParameterTuningJobArn": self._context.arn(TUNING_JOB, job)}

    def describe_hyper_parameter_tuning_job(self, request: Request) -> Request:
        """Return one tuning job with its counters and its best training job."""
        job = self._jobs.get(TUNING, request["HyperParameterTuningJobName"])
        trials = self._trials(job)
        counts = {state: sum(1 for trial in trials if STATES[trial.status] == state) for state in set(STATES.values())}
        scored = [trial for trial in trials if self._score(job, trial) is not None]
        best = max(scored, key=lambda trial: self._sign(job) * (self._score(job, trial) or 0.0), default=None)
        response = {
            **job.request,
            "HyperParameterTuningJobArn": self._context.arn(TUNING_JOB, job),
            "HyperParameterTuningJobStatus": STATES[job.status],
            "CreationTime": job.created,
            "HyperParameterTuningEndTime": job.ended,
            "FailureReason": job.failure or None,
            "TrainingJobStatusCounters": {
                "Completed": counts["Completed"],
                "InProgress": counts["InProgress"],
                "NonRetryableError": counts["Failed"],
                "RetryableError": 0,
                "Stopped": counts["Stopped"],
            },
            "ObjectiveStatusCounters": {
                "Succeeded": len(scored),
                "Pending": counts["InProgress"],
                "Failed": counts["Failed"],
            },
            "BestTrainingJob": self._summary(job, best) if best else None,
        }
        return {name: value for name, value in response.items() if value is not None}

    def list_trials(self, request: Request) -> Request:
        """Return the training jobs of a tuning job."""
        job = self._jobs.get(TUNING, request["HyperParameterTuningJobName"])
        return {"TrainingJobSummaries": [self._summary(job, trial) for trial in self._trials(job)]}

    def stop_hyper_parameter_tuning_job(self, request: Request) -> Request:
        """Stop a tuning job and its training jobs."""
        self._stop(self._jobs.get(TUNING, request["HyperParameterTuningJobName"]), "stopped by request")
        return {}

    def _stop(self, job: Job, reason: str) -> None:
        self._jobs.finish(job, STOPPED, reason)
        for trial in self._trials(job):
            self._jobs.finish(trial, STOPPED, "the tuning job was stopped")
            self._context.stop(trial)

    def search(self, job: Job) -> None:
        """Run the trials of a tuning job until their number or the time limit is reached."""
        self._jobs.begin(job, self._context.log_of(job))
        config = job.request["HyperParameterTuningJobConfig"]
        limits = config["ResourceLimits"]
        max_jobs, max_parallel = limits["MaxNumberOfTrainingJobs"], limits["MaxParallelTrainingJobs"]
        distributions = _distributions(config.get("ParameterRanges", {}))
        sampler = optuna.samplers.TPESampler(seed=config.get("RandomSeed", 0), n_startup_trials=min(5, max_jobs))
        study = optuna.create_study(direction="maximize" if self._sign(job) > 0 else "minimize", sampler=sampler)
        running: dict[Future[Job], Trial] = {}
        deadline = job.created + limits.get("MaxRuntimeInSeconds", threading.TIMEOUT_MAX)
        with ThreadPoolExecutor(max_workers=max_parallel) as pool:
            while (len(study.trials) < max_jobs or running) and not job.finished:
                while len(running) < max_parallel and len(study.trials) < max_jobs:
                    trial = study.ask(distributions)
                    running[pool.submit(self._run_trial, job, trial.number, trial.params)] = trial
                rest = min(max(0.0, deadline - time.time()), threading.TIMEOUT_MAX)
                if not (done := wait(running, timeout=rest, return_when=FIRST_COMPLETED).done):
                    self._stop(job, "reached MaxRuntimeInSeconds")
                for future in done:
                    score = self._score(job, future.result())
                    study.tell(
                        running.pop(future), score, TrialState.COMPLETE if score is not None else TrialState.FAIL
                    )
        if all(trial.state == TrialState.FAIL for trial in study.trials):
            raise JobFailedError(
                f"no training job succeeded; the last one failed with: {self._trials(job)[-1].failure}"
            )

    def _run_trial(self, job: Job, number: int, values: Request) -> Job:
        definition = dict(job.request["TrainingJobDefinition"])
        static = definition.pop("StaticHyperParameters", {})
        objective = self._objective(job)["MetricName"]
        request = {
            **definition,
            "TrainingJobName": f"{job.name[:50]}-{number + 1:03d}",
            "HyperParameters": {
                **static,
                **{name: str(value) for name, value in values.items()},
                "_tuning_objective_metric": objective,
            },
            "TunedHyperParameters": {name: str(value) for name, value in values.items()},
            "TuningJobName": job.name,
            "TuningParallelism": job.request["HyperParameterTuningJobConfig"]["ResourceLimits"][
                "MaxParallelTrainingJobs"
            ],
        }
        trial = self._training.create(request)
        self._jobs.run(trial, self._training.execute)
        return trial

    def _trials(self, job: Job) -> list[Job]:
        return [trial for trial in self._jobs.of_kind(TRAINING) if trial.request.get("TuningJobName") == job.name]

    def _objective(self, job: Job) -> Request:
        objective: Request = job.request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
        return objective

    def _sign(self, job: Job) -> int:
        return 1 if self._objective(job)["Type"] == "Maximize" else -1

    def _score(self, job: Job, trial: Job) -> float | None:
        if trial.status not in (COMPLETED, FAILED):
            return None
        name = self._objective(job)["MetricName"]
        metrics = trial.results.get("FinalMetricDataList", []) if trial.status == COMPLETED else []
        return next((metric["Value"] for metric in metrics if metric["MetricName"] == name), None)

    def _summary(self, job: Job, trial: Job) -> Request:
        score = self._score(job, trial)
        summary = {
            "TrainingJobName": trial.name,
            "TrainingJobArn": self._context.arn(TRAINING_JOB, trial),
            "TuningJobName": job.name,
            "CreationTime": trial.created,
            "TrainingStartTime": trial.started,
            "TrainingEndTime": trial.ended,
            "TrainingJobStatus": STATES[trial.status],
            "TunedHyperParameters": trial.request["TunedHyperParameters"],
            "FailureReason": trial.failure or None,
            "ObjectiveStatus": "Failed" if trial.status == FAILED else "Pending" if score is None else "Succeeded",
        }
        if score is not None:
            objective = self._objective(job)
            summary["FinalHyperParameterTuningJobObjectiveMetric"] = {**objective, "Value": score}
        return {name: value for name, value in summary.items() if value is not None}


def _distributions(ranges: Request) -> dict[str, BaseDistribution]:
    """Return the parameter ranges of the request as Optuna distributions."""
    distributions: dict[str, BaseDistribution] = {}
    for each in ranges.get("ContinuousParameterRanges", []):
        log = each.get("ScalingType") in _LOGARITHMIC
        distributions[each["Name"]] = FloatDistribution(float(each["MinValue"]), float(each["MaxValue"]), log=log)
    for each in ranges.get("IntegerParameterRanges", []):
        log = each.get("ScalingType") in _LOGARITHMIC
        distributions[each["Name"]] = IntDistribution(int(each["MinValue"]), int(each["MaxValue"]), log=log)
    for each in ranges.get("CategoricalParameterRanges", []):
        distributions[each["Name"]] = CategoricalDistribution(each["Values"])
    return distributions
