"""The base of operators for SageMaker jobs, which decides success by the state of the job itself.

Providers 9.12.0 and 9.25.0 report a stopped training, tuning or transform job as a success (apache/airflow#42423,
#67291), and no provider up to 9.34.0 stops the job when its task is killed.
"""

import time
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from jobs.contracts.workload import Workload, method_name
from jobs.dags.failures import job_failure
from jobs.dags.names import earlier_names


class CheckedJob:
    """Fails the task unless the job succeeds, and stops the job if its task ends first.

    A worker that is lost leaves its job running, so the next try stops the jobs of the tries before it.
    """

    workload: ClassVar[Workload]
    config: dict[str, Any]
    check_interval: int
    hook: Any
    log: Any

    def execute(self, context: Any) -> Any:
        """Run the provider's operator, then check the state of the job; raises AirflowException with its reason."""
        for name in earlier_names(self._name):
            self._end(name)
        try:
            result = super().execute(context)  # type: ignore[misc]
        except Exception as error:
            job = self._describe()
            if not job:
                raise
            self.on_kill()
            raise job_failure(self._failure(job, str(error)) or f"{self._title()}: {error}") from error
        if failure := self._failure(self._describe(), "no reason given"):
            self.on_kill()
            raise job_failure(failure)
        return result

    def on_kill(self) -> None:
        """Stop the job when its task is killed, cleared or reaches its time limit."""
        self._stop(self._name)

    def _end(self, name: str) -> None:
        """Stop a job and wait until it has ended, because until then it may write the same results."""
        self._stop(name)
        while (job := self._describe(name)) and self.workload.status(job) not in self.workload.states.terminal:
            time.sleep(self.check_interval)

    def _stop(self, name: str) -> None:
        if self.workload.status(self._describe(name)) in self.workload.states.active:
            self.log.info("stopping %s %s", self.workload.noun, name)
            self._call(self.workload.stop, name)

    def _describe(self, name: str = "") -> dict[str, Any]:
        """A job, by default that of this try, as SageMaker describes it; empty when SageMaker has no such job."""
        try:
            return self._call(self.workload.describe, name or self._name)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ValidationException", "ResourceNotFound"):
                return {}
            raise

    def _call(self, operation: str, name: str) -> dict[str, Any]:
        call = getattr(self.hook.conn, method_name(operation))
        response: dict[str, Any] = call(**{self.workload.name_key: name})
        return response

    @property
    def _name(self) -> str:
        return str(self.config[self.workload.name_key])

    def _failure(self, job: dict[str, Any], otherwise: str) -> str:
        status = self.workload.status(job)
        if status in self.workload.states.succeeded:
            return ""
        return f"{self._title()} {status}: {self.workload.reason(job) or otherwise}"

    def _title(self) -> str:
        return f"{self.workload.noun} {self._name}"
