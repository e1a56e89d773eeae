"""The operators of EMR clusters and steps.

No provider from 9.12.0 to 9.34.0 cancels steps when a task is killed; each names a failed step by its id only.
"""

from collections.abc import Sequence
from typing import Any

from airflow.exceptions import AirflowFailException
from airflow.providers.amazon.aws.operators.emr import EmrAddStepsOperator, EmrCreateJobFlowOperator
from botocore.exceptions import WaiterError

from jobs.contracts.spark_workloads import EMR_CLUSTER, EMR_STEP
from jobs.dags.engines.published_id import published_id
from jobs.dags.failures import job_failure


class JobFlowOperator(EmrCreateJobFlowOperator):  # type: ignore[misc]
    """A cluster that is terminated when its creation succeeds but its task does not (apache/airflow#61010)."""

    workload = EMR_CLUSTER
    #: The provider would read any value that ends in .json as a template file.
    template_ext = ()
    _job_flow_id: str | None = None

    def execute(self, context: Any) -> Any:
        """Create the cluster and return its id."""
        try:
            return super().execute(context)
        except Exception:
            self.on_kill()
            raise


class StepsOperator(EmrAddStepsOperator):  # type: ignore[misc]
    """Steps that fail with their own reason and are cancelled when their task is killed, at the latest by the next try.

    `job_flow_name` is the Systems Manager parameter that holds the id of a persistent cluster.
    """

    workload = EMR_STEP
    #: The provider would read any argument that ends in .json as a template file.
    template_ext = ()
    wait_for_completion: bool
    job_flow_id: str | None
    _step_ids: tuple[str, ...] = ()

    def execute(self, context: Any) -> list[str]:
        """Add the steps, keep their ids for a kill, and wait for each."""
        waits, self.wait_for_completion = self.wait_for_completion, False
        if self.job_flow_id is None:
            self.job_flow_id = published_id(str(self.job_flow_name))
        self._require_cluster()
        if context["ti"].try_number > 1:
            self._cancel(self._left_behind())
        self._step_ids = tuple(super().execute(context))
        limits = {"Delay": self.waiter_delay, "MaxAttempts": self.waiter_max_attempts}
        for step_id in self._step_ids if waits else ():
            try:
                self.hook.conn.get_waiter("step_complete").wait(
                    ClusterId=self.job_flow_id, StepId=step_id, WaiterConfig=limits
                )
            except WaiterError as error:
                self.on_kill()
                reason = self._failure(step_id, str(error))
                self._require_cluster(reason)
                raise job_failure(reason) from error
        return list(self._step_ids)

    def on_kill(self) -> None:
        """Cancel the steps that have not ended; a running step would overlap with its retry (apache/airflow#27979)."""
        active = self.workload.states.active
        self._cancel([step_id for step_id in self._step_ids if self.workload.status(self._step(step_id)) in active])

    def _cancel(self, step_ids: Sequence[str]) -> None:
        if step_ids:
            self.hook.conn.cancel_steps(
                ClusterId=self.job_flow_id, StepIds=list(step_ids), StepCancellationOption="TERMINATE_PROCESS"
            )

    def _left_behind(self) -> list[str]:
        """The active steps that do the work of these steps: those of an earlier try whose worker was lost."""
        active = list(self.workload.states.active)
        listed = self.hook.conn.list_steps(ClusterId=self.job_flow_id, StepStates=active)["Steps"]
        ours = [_work(step["HadoopJarStep"]["Args"]) for step in self.steps]
        return [step["Id"] for step in listed if _work(step["Config"]["Args"]) in ours]

    def _require_cluster(self, reason: str = "") -> None:
        """Raise AirflowFailException if a transient cluster has ended, because a retry would use the same one."""
        cluster = EMR_CLUSTER.job(self.hook.conn.describe_cluster(ClusterId=self.job_flow_id))
        state = EMR_CLUSTER.status(cluster)
        if self.job_flow_name is None and state not in EMR_CLUSTER.states.active:
            why = reason or EMR_CLUSTER.reason(cluster) or "no reason given"
            raise AirflowFailException(
                f"cluster {self.job_flow_id} is {state} and runs no more steps: {why}; "
                "clear this task, with which Airflow creates a new cluster"
            )

    def _step(self, step_id: str) -> dict[str, Any]:
        return self.workload.job(self.hook.conn.describe_step(ClusterId=self.job_flow_id, StepId=step_id))

    def _failure(self, step_id: str, otherwise: str) -> str:
        step = self._step(step_id)
        cluster = EMR_CLUSTER.job(self.hook.conn.describe_cluster(ClusterId=self.job_flow_id))
        reasons = (
            step["Status"].get("FailureDetails", {}).get("Message"),
            self.workload.reason(step),
            EMR_CLUSTER.reason(cluster),
            otherwise,
        )
        reason = next(reason for reason in reasons if reason)
        log = step["Status"].get("FailureDetails", {}).get("LogFile")
        title = f"step {step['Name']} ({step_id} on {self.job_flow_id}) {self.workload.status(step)}: {reason}"
        return f"{title}; log: {log}" if log else title


def _work(arguments: Sequence[str]) -> list[str]:
    """The module and its arguments, which name the run: they are the same in every try, unlike options and code."""
    module = next((i for i, each in enumerate(arguments) if each.startswith("jobs.spark.")), 0)
    return list(arguments[module:])
