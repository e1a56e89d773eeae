from typing import Any

import pytest

from operations.teardown import running_work
from operations.teardown.account import Account
from tests.operations.teardown.conftest import ROLE


def cluster(account: Account, name: str) -> str:
    started = account.client("emr").run_job_flow(
        Name=name,
        ReleaseLabel="emr-7.0.0",
        JobFlowRole="p",
        ServiceRole="r",
        Instances={
            "InstanceCount": 1,
            "MasterInstanceType": "m6g.xlarge",
            "KeepJobFlowAliveWhenNoSteps": True,
            "TerminationProtected": True,
        },
    )
    return str(started["JobFlowId"])


def states(account: Account) -> dict[str, str]:
    found = account.client("emr").list_clusters()["Clusters"]
    return {each["Name"]: each["Status"]["State"] for each in found}


def test_clusters_of_the_environment_end_although_they_are_protected(account: Account) -> None:
    for name in ("mlops-dev-spark", "mlops-dev-flight-delay-1", "mlops-prod-spark", "somebody-else"):
        cluster(account, name)
    assert running_work.end_clusters(account) == 2
    assert {name for name, state in states(account).items() if state == "TERMINATED"} == {
        "mlops-dev-spark",
        "mlops-dev-flight-delay-1",
    }
    assert running_work.end_clusters(account) == 0


def application(account: Account, name: str) -> str:
    client = account.client("emr-serverless")
    created = client.create_application(name=name, releaseLabel="emr-7.0.0", type="SPARK")
    client.start_application(applicationId=created["applicationId"])
    return str(created["applicationId"])


def test_serverless_applications_stop_with_their_runs(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto.emrserverless.models.JOB_STATUS", "RUNNING")
    client = account.client("emr-serverless")
    mine, other = application(account, "mlops-dev-spark"), application(account, "mlops-prod-spark")
    run = client.start_job_run(applicationId=mine, executionRoleArn=ROLE, clientToken="1")["jobRunId"]
    assert running_work.stop_serverless(account) == 1
    assert client.get_job_run(applicationId=mine, jobRunId=run)["jobRun"]["state"] == "CANCELLED"
    told = {each: client.get_application(applicationId=each)["application"]["state"] for each in (mine, other)}
    assert told == {mine: "STOPPED", other: "STARTED"}
    assert running_work.stop_serverless(account) == 0


def endpoint(account: Account, name: str) -> None:
    client: Any = account.client("sagemaker")
    client.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "i"})
    variant = {"VariantName": "v", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    client.create_endpoint(EndpointName=name, EndpointConfigName=name)


def test_endpoints_go_with_what_they_were_made_of(account: Account) -> None:
    for name in ("mlops-dev-a", "mlops-dev-b", "mlops-prod-a", "a-mlops-dev-a"):
        endpoint(account, name)
    assert running_work.delete_endpoints(account) == 6
    client = account.client("sagemaker")
    assert {each["EndpointName"] for each in client.list_endpoints()["Endpoints"]} == {"mlops-prod-a", "a-mlops-dev-a"}
    assert {each["ModelName"] for each in client.list_models()["Models"]} == {"mlops-prod-a", "a-mlops-dev-a"}
    assert running_work.delete_endpoints(account) == 0


def test_runs_of_glue_jobs_are_asked_about_and_finished_ones_left(account: Account) -> None:
    glue = account.client("glue")
    for name in ("mlops-dev-ingest", "mlops-prod-ingest"):
        glue.create_job(Name=name, Role=ROLE, Command={"Name": "glueetl", "ScriptLocation": "s3://b/k"})
    run = glue.start_job_run(JobName="mlops-dev-ingest")["JobRunId"]
    assert running_work.stop_jobs(account) == 0
    assert glue.get_job_run(JobName="mlops-dev-ingest", RunId=run)["JobRun"]["JobRunState"] == "SUCCEEDED"
