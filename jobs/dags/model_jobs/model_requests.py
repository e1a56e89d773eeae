"""CreateModel and CreateModelPackage requests of a run."""

from typing import Any

from jobs.contracts.access import JobKind
from jobs.contracts.training import JSON_LINES_CONTENT_TYPE, PARQUET_CONTENT_TYPE
from jobs.dags.model_jobs.transform_request import transform_instance_type
from jobs.dags.run import Run

Request = dict[str, Any]

_JSON = "application/json"

#: The status of a version that is neither approved nor rejected yet.
PENDING = "PendingManualApproval"
#: The property that names the version of the model in MLflow.
MLFLOW_VERSION = "mlflow_version"


def model(run: Run, *, name: str, model_data_uri: str) -> Request:
    """The model that the serving container loads, inside the VPC and with network isolation."""
    settings = run.settings
    return {
        "ModelName": name,
        "PrimaryContainer": {"Image": settings.serving_image, "ModelDataUrl": model_data_uri},
        "ExecutionRoleArn": run.names.job_role_arn(run.pipeline.name, JobKind.SERVE),
        "VpcConfig": {"Subnets": list(settings.subnet_ids), "SecurityGroupIds": list(settings.security_group_ids)},
        "EnableNetworkIsolation": True,
        "Tags": run.tags,
    }


def model_package(run: Run, *, model_data_uri: str, mlflow_version: str) -> Request:
    """The version in SageMaker's registry, which waits for its approval and names all that the model was made from.

    The group provides the tags.
    """
    name = run.names.model_name(run.pipeline.name)
    return {
        "ModelPackageGroupName": run.names.model_package_group(run.pipeline.name),
        "ModelPackageDescription": f"{run.pipeline.name}, run {run.key}: version {mlflow_version} of {name} in MLflow",
        "ModelApprovalStatus": PENDING,
        "InferenceSpecification": {
            "Containers": [{"Image": run.settings.serving_image, "ModelDataUrl": model_data_uri}],
            "SupportedContentTypes": [PARQUET_CONTENT_TYPE],
            "SupportedResponseMIMETypes": [JSON_LINES_CONTENT_TYPE],
            "SupportedTransformInstanceTypes": [transform_instance_type(run)],
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": _JSON, "S3Uri": run.evaluation_uri}}},
        "CustomerMetadataProperties": {
            "run": run.key,
            "dataset": run.dataset_uri,
            "evaluation": run.evaluation_uri,
            "mlflow_model": name,
            MLFLOW_VERSION: mlflow_version,
            "training_image": run.settings.training_image,
            "serving_image": run.settings.serving_image,
            "spark_code": run.settings.code_archive_uri,
        },
    }
