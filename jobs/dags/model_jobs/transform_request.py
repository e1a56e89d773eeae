"""The CreateTransformJob request of a run."""

from typing import Any

from jobs.contracts.training import JSON_LINES_CONTENT_TYPE, PARQUET_CONTENT_TYPE
from jobs.dags.run import Run

Request = dict[str, Any]

MAX_TRANSFORM_SECONDS = 4 * 3600
_CALL_SECONDS = 3600


def transform_job(run: Run, *, name: str, model_name: str) -> Request:
    """Predictions for the data files of split `score`: one call of the container per file, one output per file."""
    settings = run.settings
    return {
        "TransformJobName": name,
        "ModelName": model_name,
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": run.manifest("score")}},
            "ContentType": PARQUET_CONTENT_TYPE,
            "CompressionType": "None",
            "SplitType": "None",
        },
        "MaxPayloadInMB": 100,
        "MaxConcurrentTransforms": 1,
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": _CALL_SECONDS, "InvocationsMaxRetries": 1},
        "TransformOutput": {
            "S3OutputPath": run.predictions_uri,
            "Accept": JSON_LINES_CONTENT_TYPE,
            "AssembleWith": "None",
            "KmsKeyId": settings.kms_key_arn,
        },
        "TransformResources": {
            "InstanceType": settings.transform_instance_type,
            "InstanceCount": 1,
            "VolumeKmsKeyId": settings.kms_key_arn,
        },
        "Tags": run.tags,
    }
