"""The provider's operators for engines beside EMR, checked: the run's own state decides, its reason is told."""

from typing import Any

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.providers.amazon.aws.operators.sagemaker import SageMakerProcessingOperator

from jobs.dags.operators import CheckedJob, JobKindNames

_SERVERLESS_ENDED = ("SUCCESS", "FAILED", "CANCELLED")
_GLUE_ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED")
_NO_REASON = "no reason given"


class ProcessingOperator(CheckedJob, SageMakerProcessingOperator):  # type: ignore[misc]
    """A processing job that counts as done only when it is Completed."""

    kind = JobKindNames(
        "processing", "ProcessingJobName", "ProcessingJobStatus", "describe_processing_job", "stop_processing_job"
    )


class ServerlessOperator(EmrServerlessStartJobOperator):  # type: ignore[misc]
    """A job run on the application named by `application_id`, which AWS gives an id of its own."""

    template_fields = (*EmrServerlessStartJobOperator.template_fields, "client_request_token")

    def execute(self, context: Any, event: Any = None) -> Any:
        """Start the run and wait; a run that outlives the waiting is cancelled (apache/airflow#31099)."""
        self.application_id = self._application()
        try:
            return super().execute(context, event)
        except Exception as error:
            if self.job_id is None:
                raise
            run = self.hook.conn.get_job_run(applicationId=self.application_id, jobRunId=self.job_id)["jobRun"]
            if run["state"] not in _SERVERLESS_ENDED:
                self.hook.conn.cancel_job_run(applicationId=self.application_id, jobRunId=self.job_id)
            reason = run.get("stateDetails") or _NO_REASON
            raise AirflowException(f"job run {self.name} ({self.job_id}) {run['state']}: {reason}") from error

    def _application(self) -> str:
        pages = self.hook.conn.get_paginator("list_applications").paginate()
        found = [each["id"] for page in pages for each in page["applications"] if each["name"] == self.application_id]
        if len(found) != 1:
            raise AirflowException(f"{len(found)} EMR Serverless applications are named {self.application_id}, not one")
        return str(found[0])


class GlueOperator(GlueJobOperator):  # type: ignore[misc]
    """A run of a Glue job that the stack made; it is stopped when its task ends before it."""

    def execute(self, context: Any) -> Any:
        """Start the run and wait for its end."""
        try:
            return super().execute(context)
        except Exception as error:
            if self._job_run_id is None:
                raise
            run = self.hook.conn.get_job_run(JobName=self.job_name, RunId=self._job_run_id)["JobRun"]
            if run["JobRunState"] not in _GLUE_ENDED:
                self.on_kill()
            reason = run.get("ErrorMessage") or _NO_REASON
            title = f"Glue job {self.job_name} ({self._job_run_id}) {run['JobRunState']}"
            raise AirflowException(f"{title}: {reason}") from error
