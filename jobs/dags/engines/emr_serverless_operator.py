"""The operator of EMR Serverless job runs."""

from typing import Any

from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator

from jobs.contracts.spark_workloads import SERVERLESS_RUN
from jobs.dags.engines.published_id import published_id
from jobs.dags.failures import job_failure
from jobs.dags.names import earlier_names


class ServerlessOperator(EmrServerlessStartJobOperator):  # type: ignore[misc]
    """A job run on the EMR Serverless application whose id the Systems Manager parameter `application_id` holds."""

    workload = SERVERLESS_RUN
    application_id: str
    name: str
    template_fields = (*EmrServerlessStartJobOperator.template_fields, "client_request_token")

    def execute(self, context: Any, event: Any = None) -> Any:
        """Start the run and wait; cancel the run if it does not end in time (apache/airflow#31099)."""
        # Names of parameters start with a slash; ids do not.
        if self.application_id.startswith("/"):
            self.application_id = published_id(self.application_id)
        self._cancel_left_behind()
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
            raise job_failure(f"{title} {state}: {reason}") from error

    def _cancel_left_behind(self) -> None:
        """Cancel the runs of earlier tries whose workers were lost."""
        earlier = earlier_names(self.name)
        if not earlier:
            return
        active = list(self.workload.states.active)
        listed = self.hook.conn.list_job_runs(applicationId=self.application_id, states=active)["jobRuns"]
        for run in listed:
            if run.get("name") in earlier:
                self.hook.conn.cancel_job_run(applicationId=self.application_id, jobRunId=run["id"])
