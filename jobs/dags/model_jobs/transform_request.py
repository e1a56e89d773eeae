"""The CreateTransformJob request of a run."""

from typing import Any

from jobs.contracts.job_settings import TRANSFORM
from jobs.contracts.training import JSON_LINES_CONTENT_TYPE, PARQUET_CONTENT_TYPE, TRANSFORM_PAYLOAD_MB
from jobs.dags.run import Run

Request = dict[str, Any]

#: The longest time that a container may take for one file (CreateTransformJob, InvocationsTimeoutInSeconds).
_CALL_SECONDS = 3600
_MINUTES = 240


def transform_minutes(run: Run) -> int:
    """The time limit of a transform job, for which SageMaker has no parameter: the task waits this long."""
    return run.job(TRANSFORM).minutes or _MINUTES


def transform_instance_type(run: Run) -> str:
    """The instance type of a transform job."""
    return run.job(TRANSFORM).instance_type or run.settings.transform_instance_type


def transform_job(run: Run, *, name: str, model_name: str) -> Request:
    """Predictions for the data files of split `score`: one call of the container per file, one output per file."""
    settings = run.settings
    call_seconds = min(_CALL_SECONDS, transform_minutes(run) * 60)
    return {
        "TransformJobName": name,
        "ModelName": model_name,
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": run.manifest("score")}},
            "ContentType": PARQUET_CONTENT_TYPE,
            "CompressionType": "None",
            "SplitType": "None",
        },
        "MaxPayloadInMB": TRANSFORM_PAYLOAD_MB,
        "MaxConcurrentTransforms": 1,
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": call_seconds, "InvocationsMaxRetries": 1},
        "TransformOutput": {
            "S3OutputPath": run.predictions(name),
            "Accept": JSON_LINES_CONTENT_TYPE,
            "AssembleWith": "None",
            "KmsKeyId": settings.kms_key_arn,
        },
        "TransformResources": {
            "InstanceType": transform_instance_type(run),
            "InstanceCount": run.job(TRANSFORM).instances or 1,
            "VolumeKmsKeyId": settings.kms_key_arn,
        },
        "Tags": run.tags,
    }
