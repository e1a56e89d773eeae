"""The provider's operators, checked: the job's own final state decides, its reason is told, a kill stops it.

Provider 9.12.0 counts a stopped training, tuning or transform job as done (apache/airflow#42423, #67291), stops nothing
when its task is killed, and names a failed step by its id only.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.operators.emr import EmrAddStepsOperator, EmrCreateJobFlowOperator
from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerRegisterModelVersionOperator,
    SageMakerTrainingOperator,
    SageMakerTransformOperator,
    SageMakerTuningOperator,
)
from botocore.exceptions import ClientError, WaiterError

_NO_REASON = "no reason given"
_ALIVE = ("PENDING", "RUNNING")


@dataclass(frozen=True)
class JobKindNames:
    """How SageMaker calls one kind of job, in boto3's words."""

    noun: str
    name: str
    status: str
    describe: str
    stop: str


class CheckedJob:
    """Fails the task unless the job itself says Completed, and stops a job that would outlive its task."""

    kind: ClassVar[JobKindNames]
    config: dict[str, Any]
    hook: Any
    log: Any

    def execute(self, context: Any) -> Any:
        """Run the provider's operator, then believe only the job's own state."""
        try:
            result = super().execute(context)  # type: ignore[misc]
        except Exception as error:
            job = self._describe()
            if not job:
                raise
            self.on_kill()
            raise AirflowException(self._failure(job, str(error)) or f"{self._title()}: {error}") from error
        if failure := self._failure(self._describe(), _NO_REASON):
            self.on_kill()
            raise AirflowException(failure)
        return result

    def on_kill(self) -> None:
        """Stop the job when its task is killed, cleared or out of time."""
        if self._describe().get(self.kind.status) == "InProgress":
            self.log.info("stopping %s", self._title())
            self._call(self.kind.stop)

    def _describe(self) -> dict[str, Any]:
        """The job as SageMaker describes it; empty when SageMaker refused to create it."""
        try:
            return self._call(self.kind.describe)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ValidationException", "ResourceNotFound"):
                return {}
            raise

    def _call(self, action: str) -> dict[str, Any]:
        response: dict[str, Any] = getattr(self.hook.conn, action)(**{self.kind.name: self.config[self.kind.name]})
        return response

    def _failure(self, job: dict[str, Any], otherwise: str) -> str:
        status = job.get(self.kind.status, "absent")
        return "" if status == "Completed" else f"{self._title()} {status}: {job.get('FailureReason') or otherwise}"

    def _title(self) -> str:
        return f"{self.kind.noun} job {self.config[self.kind.name]}"


class TrainingOperator(CheckedJob, SageMakerTrainingOperator):  # type: ignore[misc]
    """A training job that counts as done only when it is Completed."""

    kind = JobKindNames(
        "training", "TrainingJobName", "TrainingJobStatus", "describe_training_job", "stop_training_job"
    )


class TuningOperator(CheckedJob, SageMakerTuningOperator):  # type: ignore[misc]
    """A tuning job that counts as done only when it is Completed."""

    kind = JobKindNames(
        "tuning",
        "HyperParameterTuningJobName",
        "HyperParameterTuningJobStatus",
        "describe_hyper_parameter_tuning_job",
        "stop_hyper_parameter_tuning_job",
    )


class TransformOperator(CheckedJob, SageMakerTransformOperator):  # type: ignore[misc]
    """A transform job that counts as done only when it is Completed."""

    kind = JobKindNames(
        "transform", "TransformJobName", "TransformJobStatus", "describe_transform_job", "stop_transform_job"
    )


class RegisterModelVersionOperator(SageMakerRegisterModelVersionOperator):  # type: ignore[misc]
    """A model version in a group of the stack's.

    The provider would create a group that is missing: a misspelt name would give an untagged group without policy.
    """

    template_fields = (*SageMakerRegisterModelVersionOperator.template_fields, "extras")
    extras: dict[str, Any]

    def execute(self, context: Any) -> str:  # noqa: ARG002 - Airflow passes it
        """Create the version that `extras` requests and give its ARN."""
        arn: str = self.hook.conn.create_model_package(**self.extras)["ModelPackageArn"]
        return arn


class JobFlowOperator(EmrCreateJobFlowOperator):  # type: ignore[misc]
    """A cluster that is terminated when its creation succeeds but its task does not (apache/airflow#61010)."""

    #: The provider would take any text that ends in .json for a file to read.
    template_ext = ()
    _job_flow_id: str | None = None

    def execute(self, context: Any) -> Any:
        """Create the cluster and give its id."""
        try:
            return super().execute(context)
        except Exception:
            self.on_kill()
            raise


class StepsOperator(EmrAddStepsOperator):  # type: ignore[misc]
    """Steps that fail with their own reason and are cancelled when their task is killed."""

    #: The provider would take any argument that ends in .json for a file to read.
    template_ext = ()
    wait_for_completion: bool
    job_flow_id: str | None
    _step_ids: tuple[str, ...] = ()

    def execute(self, context: Any) -> list[str]:
        """Add the steps, keep their ids for a kill, and wait for each."""
        waits, self.wait_for_completion = self.wait_for_completion, False
        if self.job_flow_id is None:
            self.job_flow_id = self.hook.get_cluster_id_by_name(str(self.job_flow_name), self.cluster_states)
        self._step_ids = tuple(super().execute(context))
        limits = {"Delay": self.waiter_delay, "MaxAttempts": self.waiter_max_attempts}
        for step_id in self._step_ids if waits else ():
            try:
                self.hook.conn.get_waiter("step_complete").wait(
                    ClusterId=self.job_flow_id, StepId=step_id, WaiterConfig=limits
                )
            except WaiterError as error:
                self.on_kill()
                raise AirflowException(self._failure(step_id, str(error))) from error
        return list(self._step_ids)

    def on_kill(self) -> None:
        """Cancel what has not ended: a step left running would race its own retry (apache/airflow#27979)."""
        if running := [step_id for step_id in self._step_ids if self._step(step_id)["Status"]["State"] in _ALIVE]:
            self.hook.conn.cancel_steps(
                ClusterId=self.job_flow_id, StepIds=running, StepCancellationOption="TERMINATE_PROCESS"
            )

    def _step(self, step_id: str) -> dict[str, Any]:
        step: dict[str, Any] = self.hook.conn.describe_step(ClusterId=self.job_flow_id, StepId=step_id)["Step"]
        return step

    def _failure(self, step_id: str, otherwise: str) -> str:
        step = self._step(step_id)
        cluster = self.hook.conn.describe_cluster(ClusterId=self.job_flow_id)["Cluster"]
        reasons = (
            step["Status"].get("FailureDetails", {}).get("Message"),
            step["Status"].get("StateChangeReason", {}).get("Message"),
            cluster["Status"].get("StateChangeReason", {}).get("Message"),
            otherwise,
        )
        reason = next(reason for reason in reasons if reason)
        log = step["Status"].get("FailureDetails", {}).get("LogFile")
        title = f"step {step['Name']} ({step_id} on {self.job_flow_id}) {step['Status']['State']}: {reason}"
        return f"{title}; log: {log}" if log else title
