"""The operators of SageMaker training, tuning and transform jobs, and of the model registry."""

from typing import Any

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerRegisterModelVersionOperator,
    SageMakerTrainingOperator,
    SageMakerTransformOperator,
    SageMakerTuningOperator,
)

from jobs.contracts.workloads import TRAINING_JOB, TRANSFORM_JOB, TUNING_JOB
from jobs.dags.model_jobs.checked_job import CheckedJob

#: How far SageMaker's measure of a tuning job's time may be from the difference of the times that it reports.
_CLOCK_SECONDS = 60


class TrainingOperator(CheckedJob, SageMakerTrainingOperator):  # type: ignore[misc]
    """Runs a training job and succeeds only when the job is Completed."""

    workload = TRAINING_JOB


class TuningOperator(CheckedJob, SageMakerTuningOperator):  # type: ignore[misc]
    """Runs a tuning job and succeeds when the job is Completed, or ended by its own time limit with a finished trial.

    Trials are recorded in MLflow, from which the final job takes the best one.
    """

    workload = TUNING_JOB

    def execute(self, context: Any) -> Any:
        """Run the job; trials that finished before the time limit of the request are kept."""
        try:
            return super().execute(context)
        except AirflowException:
            job = self._describe()
            finished = job.get("ObjectiveStatusCounters", {}).get("Succeeded", 0)
            if not finished or not _reached_its_limit(job):
                raise
            self.log.warning("%s reached its time limit with %s finished trials", self._title(), finished)
            return {"Tuning": {self.workload.name_key: self.config[self.workload.name_key]}}


def _reached_its_limit(job: dict[str, Any]) -> bool:
    """Whether a tuning job was stopped by the limit of its request, and not by a person before that."""
    if TUNING_JOB.status(job) not in TUNING_JOB.states.stopped:
        return False
    limit = job["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxRuntimeInSeconds"]
    return bool((job["HyperParameterTuningEndTime"] - job["CreationTime"]).total_seconds() >= limit - _CLOCK_SECONDS)


class TransformOperator(CheckedJob, SageMakerTransformOperator):  # type: ignore[misc]
    """Runs a transform job and succeeds only when the job is Completed."""

    workload = TRANSFORM_JOB


class RegisterModelVersionOperator(SageMakerRegisterModelVersionOperator):  # type: ignore[misc]
    """Registers a model version in an existing model package group.

    The provider would create a missing group, so a misspelt name would give an untagged group without a policy.
    """

    template_fields = (*SageMakerRegisterModelVersionOperator.template_fields, "extras")
    extras: dict[str, Any]

    def execute(self, context: Any) -> str:  # noqa: ARG002 - Airflow passes it
        """Create the version that `extras` requests and return its ARN."""
        arn: str = self.hook.conn.create_model_package(**self.extras)["ModelPackageArn"]
        return arn
