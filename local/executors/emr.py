"""EMR on EC2: clusters that exist as records only, with steps that run as processes of this machine."""

import secrets
import string
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from jobs.contracts.spark_workloads import EMR_CLUSTER, EMR_STEP
from local.executors import spark_submit
from local.executors.context import Context
from local.executors.errors import ServiceError
from local.executors.executor import Operation, Request
from local.executors.jobs import COMPLETED, FAILED, STOPPED, Job, JobFailedError, service_states

CLUSTER, STEP = "emr-cluster", "emr-step"
_STEP_STATES, _CLUSTER_STATES = service_states(EMR_STEP), service_states(EMR_CLUSTER)
_ALPHABET = string.ascii_uppercase + string.digits


class Emr:
    """The EMR operations that the platform uses; `has_role` returns whether a role ARN exists in IAM."""

    service = EMR_CLUSTER.service

    def __init__(self, context: Context, has_role: Callable[[str], bool]) -> None:
        self._context = context
        self._has_role = has_role
        self._jobs = context.jobs
        self._queues: dict[str, ThreadPoolExecutor] = {}

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The method that answers each API operation."""
        return {
            EMR_CLUSTER.create: self.run_job_flow,
            EMR_CLUSTER.describe: self.describe_cluster,
            EMR_CLUSTER.stop: self.terminate_job_flows,
            EMR_CLUSTER.list: self.list_clusters,
            EMR_STEP.create: self.add_job_flow_steps,
            EMR_STEP.describe: self.describe_step,
            EMR_STEP.stop: self.cancel_steps,
            EMR_STEP.list: self.list_steps,
        }

    def run_job_flow(self, request: Request) -> Request:
        """Create a cluster and queue the steps of the request."""
        cluster = self._jobs.create(Job(kind=CLUSTER, name=_identifier("j-"), request=request))
        self._jobs.begin(cluster, self._context.log_of(cluster))
        self._queues[cluster.name] = ThreadPoolExecutor(max_workers=request.get("StepConcurrencyLevel", 1))
        self._add(cluster, request.get("Steps", []))
        if not request["Instances"].get("KeepJobFlowAliveWhenNoSteps", False):
            self._queues[cluster.name].submit(self._jobs.finish, cluster, COMPLETED, "Steps completed")
        return {"JobFlowId": cluster.name, "ClusterArn": self._context.arn(EMR_CLUSTER, cluster)}

    def add_job_flow_steps(self, request: Request) -> Request:
        """Queue steps on a running cluster; raises ServiceError if the request has a role that does not exist."""
        cluster = self._running_cluster(request["JobFlowId"])
        role = request.get("ExecutionRoleArn")
        if role and not self._has_role(role):
            raise ServiceError("ValidationException", f"ExecutionRoleArn {role}: this role does not exist in IAM")
        steps = [{**each, "ExecutionRoleArn": role} for each in request["Steps"]]
        return {"StepIds": [step.name for step in self._add(cluster, steps)]}

    def describe_cluster(self, request: Request) -> Request:
        """Return one cluster."""
        return {"Cluster": self._cluster(self._jobs.get(CLUSTER, request["ClusterId"]))}

    def list_clusters(self, request: Request) -> Request:
        """Return all clusters, or those in the requested states."""
        summaries = [self._cluster(cluster) for cluster in self._jobs.of_kind(CLUSTER)]
        states = request.get("ClusterStates")
        return {"Clusters": [each for each in summaries if not states or each["Status"]["State"] in states]}

    def describe_step(self, request: Request) -> Request:
        """Return one step."""
        return {"Step": self._step(self._jobs.get(STEP, request["StepId"]))}

    def list_steps(self, request: Request) -> Request:
        """Return the steps of a cluster, newest first as in EMR, or those with the requested ids and states."""
        steps = [self._step(step) for step in self._steps(request["ClusterId"])]
        step_ids, states = request.get("StepIds"), request.get("StepStates")
        return {
            "Steps": [
                step
                for step in reversed(steps)
                if (not step_ids or step["Id"] in step_ids) and (not states or step["Status"]["State"] in states)
            ]
        }

    def cancel_steps(self, request: Request) -> Request:
        """Stop the given steps, whether they are pending or running."""
        infos = []
        for step_id in request["StepIds"]:
            step = self._jobs.get(STEP, step_id)
            reason = "" if not step.finished else "the step has finished"
            self._jobs.finish(step, STOPPED, "cancelled by request")
            self._context.stop(step)
            infos.append({"StepId": step_id, "Status": "FAILED" if reason else "SUBMITTED", "Reason": reason})
        return {"CancelStepsInfoList": infos}

    def terminate_job_flows(self, request: Request) -> Request:
        """Terminate clusters and stop their pending and running steps."""
        for cluster_id in request["JobFlowIds"]:
            cluster = self._jobs.get(CLUSTER, cluster_id)
            for step in self._steps(cluster_id):
                self._jobs.finish(step, STOPPED, "the cluster was terminated")
                self._context.stop(step)
            self._jobs.finish(cluster, COMPLETED, "Terminated by user request")
        return {}

    def _add(self, cluster: Job, definitions: list[Request]) -> list[Job]:
        steps = [
            self._jobs.create(Job(kind=STEP, name=_identifier("s-"), request={**each, "ClusterId": cluster.name}))
            for each in definitions
        ]
        for step in steps:
            self._queues[cluster.name].submit(self._run_step, cluster, step)
        return steps

    def _run_step(self, cluster: Job, step: Job) -> None:
        if not step.finished:
            self._jobs.begin(step, self._context.log_of(step))
            self._jobs.run(step, self._execute)
            self._apply_action_on_failure(cluster, step)

    def _execute(self, step: Job) -> None:
        jar = step.request["HadoopJarStep"]
        if jar["Jar"] != "command-runner.jar":
            raise JobFailedError(f"step jar {jar['Jar']}: the local platform runs command-runner.jar only")
        spark_submit.run(self._context, step, jar.get("Args", []))

    def _apply_action_on_failure(self, cluster: Job, step: Job) -> None:
        if step.status != FAILED:
            return
        action = step.request.get("ActionOnFailure", "TERMINATE_CLUSTER")
        if action == "CONTINUE":
            return
        for other in self._steps(cluster.name):
            self._jobs.finish(other, STOPPED, f"cancelled because step {step.name} failed")
        if action != "CANCEL_AND_WAIT":
            self._jobs.finish(cluster, FAILED, f"step {step.name} failed: {step.failure}")

    def _steps(self, cluster_id: str) -> list[Job]:
        return [step for step in self._jobs.of_kind(STEP) if step.request["ClusterId"] == cluster_id]

    def _running_cluster(self, cluster_id: str) -> Job:
        cluster = self._jobs.get(CLUSTER, cluster_id)
        if cluster.finished:
            raise ServiceError("InvalidRequestException", f"cluster {cluster_id} has ended: {cluster.failure}")
        return cluster

    def _cluster(self, cluster: Job) -> Request:
        state = _CLUSTER_STATES[cluster.status]
        if state == "WAITING" and any(not step.finished for step in self._steps(cluster.name)):
            state = "RUNNING"
        return {
            "Id": cluster.name,
            "Name": cluster.request["Name"],
            "ClusterArn": self._context.arn(EMR_CLUSTER, cluster),
            "ReleaseLabel": cluster.request.get("ReleaseLabel", ""),
            "SecurityConfiguration": cluster.request.get("SecurityConfiguration", ""),
            "ServiceRole": cluster.request.get("ServiceRole", ""),
            "Tags": cluster.request.get("Tags", []),
            "Status": {
                "State": state,
                "StateChangeReason": {"Code": "USER_REQUEST", "Message": cluster.failure},
                "Timeline": _timeline(cluster, ready="ReadyDateTime"),
            },
        }

    def _step(self, step: Job) -> Request:
        status: Request = {
            "State": _STEP_STATES[step.status],
            "StateChangeReason": {"Message": step.failure},
            "Timeline": _timeline(step, ready="StartDateTime"),
        }
        if step.status == FAILED:
            status["FailureDetails"] = {"Reason": "Application failed", "Message": step.failure, "LogFile": step.log}
        return {
            "Id": step.name,
            "Name": step.request["Name"],
            "ActionOnFailure": step.request.get("ActionOnFailure", "TERMINATE_CLUSTER"),
            "Config": {
                "Jar": step.request["HadoopJarStep"]["Jar"],
                "Args": step.request["HadoopJarStep"].get("Args", []),
            },
            "ExecutionRoleArn": step.request.get("ExecutionRoleArn") or "",
            "Status": status,
        }


def _timeline(job: Job, ready: str) -> Request:
    times = {"CreationDateTime": job.created, ready: job.started, "EndDateTime": job.ended}
    return {name: value for name, value in times.items() if value is not None}


def _identifier(prefix: str) -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(13))
