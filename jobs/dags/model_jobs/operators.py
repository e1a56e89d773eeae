"""The operators of SageMaker training, tuning and transform jobs, and of the model registry."""

from typing import Any

from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerRegisterModelVersionOperator,
    SageMakerTrainingOperator,
    SageMakerTransformOperator,
    SageMakerTuningOperator,
)

from jobs.contracts.workloads import TRAINING_JOB, TRANSFORM_JOB, TUNING_JOB
from jobs.dags.model_jobs.checked_job import CheckedJob


class TrainingOperator(CheckedJob, SageMakerTrainingOperator):  # type: ignore[misc]
    """Runs a training job and succeeds only when the job is Completed."""

    workload = TRAINING_JOB


class TuningOperator(CheckedJob, SageMakerTuningOperator):  # type: ignore[misc]
    """Runs a tuning job and succeeds only when the job is Completed."""

    workload = TUNING_JOB


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
