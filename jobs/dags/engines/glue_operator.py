"""The operator of Glue job runs."""

from typing import Any

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator

from jobs.contracts.spark_workloads import GLUE_RUN


class GlueOperator(GlueJobOperator):  # type: ignore[misc]
    """A run of a Glue job of the stack, which is stopped when its task ends first."""

    workload = GLUE_RUN

    def execute(self, context: Any) -> Any:
        """Start the run and wait for its end."""
        try:
            return super().execute(context)
        except Exception as error:
            if self._job_run_id is None:
                raise
            run = self.workload.job(self.hook.conn.get_job_run(JobName=self.job_name, RunId=self._job_run_id))
            state = self.workload.status(run)
            if state not in self.workload.states.terminal:
                self.on_kill()
            reason = self.workload.reason(run) or "no reason given"
            title = f"{self.workload.noun} {self.job_name} ({self._job_run_id})"
            raise AirflowException(f"{title} {state}: {reason}") from error
