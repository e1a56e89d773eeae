"""Teardown steps that stop running clusters, jobs and endpoints before stacks are deleted; each returns a count."""

from typing import Any

from operations.teardown.account import Account

_LIVE_CLUSTERS = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"]
_LIVE_RUNS = ["SUBMITTED", "PENDING", "SCHEDULED", "QUEUED", "RUNNING"]
_AT_REST = {"CREATED", "STOPPED", "TERMINATED"}
#: SageMaker's kinds of jobs: how they are listed, what the names are called, how one is stopped.
_JOBS = (
    ("list_training_jobs", "TrainingJobSummaries", "TrainingJobName", "stop_training_job"),
    (
        "list_hyper_parameter_tuning_jobs",
        "HyperParameterTuningJobSummaries",
        "HyperParameterTuningJobName",
        "stop_hyper_parameter_tuning_job",
    ),
    ("list_transform_jobs", "TransformJobSummaries", "TransformJobName", "stop_transform_job"),
    ("list_processing_jobs", "ProcessingJobSummaries", "ProcessingJobName", "stop_processing_job"),
)


def end_clusters(account: Account) -> int:
    """Terminate the EMR clusters, including protected ones, and wait, because their instances use security groups."""
    found = account.pages("emr", "list_clusters", "Clusters", ClusterStates=_LIVE_CLUSTERS)
    ids = [cluster["Id"] for cluster in found if cluster["Name"].startswith(account.prefix)]
    if ids:
        emr = account.client("emr")
        emr.set_termination_protection(JobFlowIds=ids, TerminationProtected=False)
        emr.terminate_job_flows(JobFlowIds=ids)
        for cluster_id in ids:
            account.wait(f"cluster {cluster_id}", lambda each=cluster_id: _has_ended(emr, each))  # type: ignore[misc]
    return len(ids)


def _has_ended(emr: Any, cluster_id: str) -> bool:
    state = emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]["State"]
    return state in {"TERMINATED", "TERMINATED_WITH_ERRORS"}


def stop_serverless(account: Account) -> int:
    """Cancel job runs and stop the EMR Serverless applications: a started application cannot be deleted."""
    client = account.client("emr-serverless")
    found = account.pages("emr-serverless", "list_applications", "applications")
    ids = [each["id"] for each in found if each["name"].startswith(account.prefix) and each["state"] not in _AT_REST]
    for application in ids:
        runs = account.pages("emr-serverless", "list_job_runs", "jobRuns", applicationId=application, states=_LIVE_RUNS)
        for run in list(runs):
            client.cancel_job_run(applicationId=application, jobRunId=run["id"])
        client.stop_application(applicationId=application)
        account.wait(
            f"application {application}",
            lambda each=application: client.get_application(applicationId=each)["application"]["state"] in _AT_REST,  # type: ignore[misc]
        )
    return len(ids)


def stop_jobs(account: Account) -> int:
    """Stop running SageMaker jobs and Glue job runs."""
    client, stopped = account.client("sagemaker"), 0
    for operation, key, name, stop in _JOBS:
        found = account.pages("sagemaker", operation, key, NameContains=account.prefix, StatusEquals="InProgress")
        for job in [each[name] for each in found if each[name].startswith(account.prefix)]:
            getattr(client, stop)(**{name: job})
            stopped += 1
    glue = account.client("glue")
    for job in [each["Name"] for each in account.pages("glue", "get_jobs", "Jobs")]:
        if job.startswith(account.prefix):
            runs = account.pages("glue", "get_job_runs", "JobRuns", JobName=job)
            live = [run["Id"] for run in runs if run["JobRunState"] in {"RUNNING", "STARTING", "WAITING"}]
            if live:
                glue.batch_stop_job_run(JobName=job, JobRunIds=live)
            stopped += len(live)
    return stopped


def delete_endpoints(account: Account) -> int:
    """Delete SageMaker endpoints, which are billed hourly, with their configurations and models."""
    client, deleted = account.client("sagemaker"), 0
    for operation, key, name, delete in (
        ("list_endpoints", "Endpoints", "EndpointName", "delete_endpoint"),
        ("list_endpoint_configs", "EndpointConfigs", "EndpointConfigName", "delete_endpoint_config"),
        ("list_models", "Models", "ModelName", "delete_model"),
    ):
        found = account.pages("sagemaker", operation, key, NameContains=account.prefix)
        for each in [item[name] for item in found if item[name].startswith(account.prefix)]:
            getattr(client, delete)(**{name: each})
            deleted += 1
    return deleted
