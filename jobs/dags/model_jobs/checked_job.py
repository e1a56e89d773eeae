"""The base of operators for SageMaker jobs, which decides success by the state of the job itself.

Providers 9.12.0 and 9.25.0 report a stopped training, tuning or transform job as a success (apache/airflow#42423,
#67291), and no provider up to 9.34.0 stops the job when its task is killed.
"""

from typing import Any, ClassVar

from airflow.exceptions import AirflowException
from botocore.exceptions import ClientError

from jobs.contracts.workload import Workload, method_name


class CheckedJob:
    """Fails the task unless the job succeeds, and stops the job if its task ends first."""

    workload: ClassVar[Workload]
    config: dict[str, Any]
    hook: Any
    log: Any

    def execute(self, context: Any) -> Any:
        """Run the provider's operator, then check the state of the job; raises AirflowException with its reason."""
        try:
            result = super().execute(context)  # type: ignore[misc]
        except Exception as error:
            job = self._describe()
            if not job:
                raise
            self.on_kill()
            raise AirflowException(self._failure(job, str(error)) or f"{self._title()}: {error}") from error
        if failure := self._failure(self._describe(), "no reason given"):
            self.on_kill()
            raise AirflowException(failure)
        return result

    def on_kill(self) -> None:
        """Stop the job when its task is killed, cleared or reaches its time limit."""
        if self.workload.status(self._describe()) in self.workload.states.active:
            self.log.info("stopping %s", self._title())
            self._call(self.workload.stop)

    def _describe(self) -> dict[str, Any]:
        """The job as SageMaker describes it; empty when SageMaker refused to create it."""
        try:
            return self._call(self.workload.describe)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ValidationException", "ResourceNotFound"):
                return {}
            raise

    def _call(self, operation: str) -> dict[str, Any]:
        call = getattr(self.hook.conn, method_name(operation))
        response: dict[str, Any] = call(**{self.workload.name_key: self.config[self.workload.name_key]})
        return response

    def _failure(self, job: dict[str, Any], otherwise: str) -> str:
        status = self.workload.status(job)
        if status in self.workload.states.succeeded:
            return ""
        return f"{self._title()} {status}: {self.workload.reason(job) or otherwise}"

    def _title(self) -> str:
        return f"{self.workload.noun} {self.config[self.workload.name_key]}"
