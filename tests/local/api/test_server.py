from typing import Any

import pytest
from botocore.exceptions import ClientError
from werkzeug.test import Client

from local.api.persistence import DurableState
from local.api.process import HEALTH_PATH
from local.api.server import LocalApi
from local.executors.context import Context
from local.executors.jobs import FAILED, Job, JobStore


def test_state_services_answer(client: Any) -> None:
    client("iam").create_role(RoleName="r", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')

    assert client("sts").get_caller_identity()["Account"]


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("athena", "start_query_execution", {"QueryString": "select 1"}),
        ("glue", "start_job_run", {"JobName": "job"}),
        ("glue", "start_crawler", {"Name": "crawler"}),
        (
            "emr-serverless",
            "start_job_run",
            {"applicationId": "a", "executionRoleArn": "arn:aws:iam::1:role/some-role"},
        ),
        ("sagemaker", "create_auto_ml_job_v2", None),
        ("sagemaker-runtime", "invoke_endpoint", {"EndpointName": "e", "Body": b""}),
        ("lambda", "invoke", {"FunctionName": "f"}),
    ],
)
def test_work_without_an_executor_is_refused_with_a_sentence(
    client: Any, service: str, operation: str, arguments: dict[str, Any] | None
) -> None:
    request = arguments or {
        "AutoMLJobName": "a",
        "AutoMLJobInputDataConfig": [{"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://a/b"}}}],
        "OutputDataConfig": {"S3OutputPath": "s3://a/b"},
        "AutoMLProblemTypeConfig": {"TabularJobConfig": {"TargetAttributeName": "y"}},
        "RoleArn": "arn:aws:iam::111111111111:role/some",
    }
    with pytest.raises(ClientError, match="no executor"):
        getattr(client(service), operation)(**request)


def test_tables_models_and_packages_survive_a_restart(context: Context, client: Any) -> None:
    glue, sagemaker = client("glue"), client("sagemaker")
    glue.create_database(DatabaseInput={"Name": "raw", "LocationUri": "s3://lake/raw"})
    glue.create_table(DatabaseName="raw", TableInput={"Name": "t", "Parameters": {"metadata_location": "s3://1"}})
    glue.update_table(DatabaseName="raw", TableInput={"Name": "t", "Parameters": {"metadata_location": "s3://2"}})
    glue.create_table(DatabaseName="raw", TableInput={"Name": "gone"})
    glue.delete_table(DatabaseName="raw", Name="gone")
    sagemaker.create_model_package_group(ModelPackageGroupName="group")
    arn = sagemaker.create_model_package(ModelPackageGroupName="group", ModelApprovalStatus="Approved")[
        "ModelPackageArn"
    ]
    for name in ("kept", "deleted"):
        container = {"Image": "serving:1", "ModelDataUrl": f"s3://lake/{name}.tar.gz"}
        role = "arn:aws:iam::111111111111:role/serving"
        sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=role)
    sagemaker.delete_model(ModelName="deleted")
    sent: list[tuple[str, dict[str, Any]]] = []

    def send(target: str, request: dict[str, Any]) -> dict[str, Any]:
        sent.append((target, request))
        return {}

    DurableState(context.paths.catalog).restore(send)

    assert [target for target, _ in sent] == [
        "AWSGlue.CreateDatabase",
        "AWSGlue.CreateTable",
        "SageMaker.CreateModelPackageGroup",
        "SageMaker.CreateModelPackage",
        "SageMaker.CreateModel",
    ]
    assert sent[-1][1]["ModelName"] == "kept"
    assert sent[1][1]["TableInput"]["Parameters"]["metadata_location"] == "s3://2"
    assert arn.endswith("/1")


def test_a_job_that_ran_when_the_local_api_stopped_has_failed(context: Context) -> None:
    job = context.jobs.create(Job(kind="emr-step", name="s-1", request={}))
    context.jobs.begin(job, context.log_of(job))

    again = JobStore(context.paths.jobs).get("emr-step", "s-1")

    assert (again.status, again.failure) == (FAILED, "the local API stopped while this job ran")


def test_health_needs_no_credentials(context: Context) -> None:
    api = LocalApi(context, DurableState(context.paths.catalog))

    assert Client(api).get(HEALTH_PATH).status_code == 200
