"""Teardown steps that stop running clusters, jobs and endpoints before stacks are deleted; each returns a count."""

from collections.abc import Iterator
from typing import Any

from jobs.contracts.spark_workloads import EMR_CLUSTER, GLUE_RUN, SERVERLESS_RUN
from jobs.contracts.workload import Workload, method_name
from jobs.contracts.workloads import workloads_of
from operations.teardown.account import Account

#: States in which an EMR Serverless application can be deleted.
_DELETABLE = {"CREATED", "STOPPED", "TERMINATED"}


def end_clusters(account: Account) -> int:
    """Terminate the EMR clusters, including protected ones, and wait until their instances release security groups."""
    clusters = _listed(account, EMR_CLUSTER, ClusterStates=list(EMR_CLUSTER.states.active))
    ids = [cluster["Id"] for cluster in clusters if cluster["Name"].startswith(account.prefix)]
    if ids:
        emr = account.client("emr")
        emr.set_termination_protection(JobFlowIds=ids, TerminationProtected=False)
        emr.terminate_job_flows(JobFlowIds=ids)
        for cluster_id in ids:
            account.wait(f"cluster {cluster_id}", lambda each=cluster_id: _has_ended(emr, each))  # type: ignore[misc]
    return len(ids)


def _has_ended(emr: Any, cluster_id: str) -> bool:
    cluster = EMR_CLUSTER.job(emr.describe_cluster(ClusterId=cluster_id))
    return EMR_CLUSTER.status(cluster) in EMR_CLUSTER.states.terminal


def stop_serverless(account: Account) -> int:
    """Cancel job runs and stop the EMR Serverless applications: a started application cannot be deleted."""
    client = account.client("emr-serverless")
    applications = account.pages("emr-serverless", "list_applications", "applications")
    own = [each for each in applications if each["name"].startswith(account.prefix)]
    ids = [each["id"] for each in own if each["state"] not in _DELETABLE]
    for application in ids:
        states = list(SERVERLESS_RUN.states.active)
        for run in list(_listed(account, SERVERLESS_RUN, applicationId=application, states=states)):
            client.cancel_job_run(applicationId=application, jobRunId=run["id"])
        client.stop_application(applicationId=application)
        account.wait(
            f"application {application}",
            lambda each=application: client.get_application(applicationId=each)["application"]["state"] in _DELETABLE,  # type: ignore[misc]
        )
    return len(ids)


def stop_jobs(account: Account) -> int:
    """Stop running SageMaker jobs and Glue job runs."""
    client, stopped = account.client("sagemaker"), 0
    for workload in workloads_of("sagemaker"):
        key = workload.name_key
        (running,) = workload.states.active
        jobs = _listed(account, workload, NameContains=account.prefix, StatusEquals=running)
        for name in [job[key] for job in jobs if job[key].startswith(account.prefix)]:
            getattr(client, method_name(workload.stop))(**{key: name})
            stopped += 1
    glue = account.client("glue")
    for job in [each["Name"] for each in account.pages("glue", "get_jobs", "Jobs")]:
        if job.startswith(account.prefix):
            runs = _listed(account, GLUE_RUN, JobName=job)
            active = [run["Id"] for run in runs if GLUE_RUN.status(run) in GLUE_RUN.states.active]
            if active:
                glue.batch_stop_job_run(JobName=job, JobRunIds=active)
            stopped += len(active)
    return stopped


def delete_endpoints(account: Account) -> int:
    """Delete SageMaker endpoints, which are billed hourly, with their configurations and models."""
    client, deleted = account.client("sagemaker"), 0
    for operation, key, name, delete in (
        ("list_endpoints", "Endpoints", "EndpointName", "delete_endpoint"),
        ("list_endpoint_configs", "EndpointConfigs", "EndpointConfigName", "delete_endpoint_config"),
        ("list_models", "Models", "ModelName", "delete_model"),
    ):
        items = account.pages("sagemaker", operation, key, NameContains=account.prefix)
        for each in [item[name] for item in items if item[name].startswith(account.prefix)]:
            getattr(client, delete)(**{name: each})
            deleted += 1
    return deleted


def _listed(account: Account, workload: Workload, **filters: Any) -> Iterator[dict[str, Any]]:
    """Return the jobs of one kind from all pages of the service's list operation."""
    return account.pages(workload.service, method_name(workload.list), workload.list_key, **filters)
