"""The operator of EMR Serverless job runs."""

from typing import Any

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator

from jobs.contracts.spark_workloads import SERVERLESS_RUN


class ServerlessOperator(EmrServerlessStartJobOperator):  # type: ignore[misc]
    """A job run on the EMR Serverless application with the name `application_id`; the operator looks up its id."""

    workload = SERVERLESS_RUN
    template_fields = (*EmrServerlessStartJobOperator.template_fields, "client_request_token")

    def execute(self, context: Any, event: Any = None) -> Any:
        """Start the run and wait; cancel the run if it does not end in time (apache/airflow#31099)."""
        self.application_id = self._application()
        try:
            return super().execute(context, event)
        except Exception as error:
            if self.job_id is None:
                raise
            run = self.workload.job(self.hook.conn.get_job_run(applicationId=self.application_id, jobRunId=self.job_id))
            state = self.workload.status(run)
            if state not in self.workload.states.terminal:
                self.hook.conn.cancel_job_run(applicationId=self.application_id, jobRunId=self.job_id)
            reason = self.workload.reason(run) or "no reason given"
            title = f"{self.workload.noun} {self.name} ({self.job_id})"
            raise AirflowException(f"{title} {state}: {reason}") from error

    def _application(self) -> str:
        pages = self.hook.conn.get_paginator("list_applications").paginate()
        found = [each["id"] for page in pages for each in page["applications"] if each["name"] == self.application_id]
        if len(found) != 1:
            raise AirflowException(f"{len(found)} EMR Serverless applications are named {self.application_id}, not one")
        return str(found[0])
