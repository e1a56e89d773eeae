"""The operator of SageMaker processing jobs."""

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerProcessingOperator

from jobs.contracts.workloads import PROCESSING_JOB
from jobs.dags.model_jobs.checked_job import CheckedJob


class ProcessingOperator(CheckedJob, SageMakerProcessingOperator):  # type: ignore[misc]
    """Runs a processing job and succeeds only when the job is Completed."""

    workload = PROCESSING_JOB
