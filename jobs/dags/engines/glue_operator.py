"""The operator of Glue job runs."""

from typing import Any

from airflow.providers.amazon.aws.operators.glue import GlueJobOperator

from jobs.contracts.spark_workloads import GLUE_RUN
from jobs.dags.failures import job_failure


class GlueOperator(GlueJobOperator):  # type: ignore[misc]
    """A run of a Glue job of the stack, which is stopped when its task ends first."""

    workload = GLUE_RUN
    script_args: dict[str, str]

    def execute(self, context: Any) -> Any:
        """Start the run and wait for its end."""
        if context["ti"].try_number > 1:
            self._stop_left_behind()
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
            raise job_failure(f"{title} {state}: {reason}") from error

    def _stop_left_behind(self) -> None:
        """Stop the runs of earlier tries whose workers were lost: those with the arguments of this run."""
        listed = self.hook.conn.get_job_runs(JobName=self.job_name)[self.workload.list_key]
        left = [
            run["Id"]
            for run in listed
            if self.workload.status(run) in self.workload.states.active
            and self.script_args.items() <= run.get("Arguments", {}).items()
        ]
        if left:
            self.hook.conn.batch_stop_job_run(JobName=self.job_name, JobRunIds=left)
