"""The CreateProcessingJob request of a Spark job on SageMaker Processing."""

from typing import Any

from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone
from jobs.dags.spark_job import MAX_RUN_SECONDS, SparkJob

Request = dict[str, Any]

_INPUT = "/opt/ml/processing/input"
_PROCESSING_GB = 64
_PROCESSING_INSTANCES = 2


def processing_job(job: SparkJob, *, name: str) -> Request:
    """A job in AWS's Spark container, which takes code, jars and settings from its input folders."""
    settings = job.run.settings
    entry = settings.code_entry_uri.rsplit("/", 1)[1]
    inputs = {
        "entry": settings.code_entry_uri,
        "py-files": settings.code_archive_uri,
        "jars": job.run.names.uri(Zone.ARTIFACTS, Folder.SPARK_JARS),
        "conf": settings.processing_conf_uri,
    }
    options = ("--py-files", f"{_INPUT}/py-files", "--jars", f"{_INPUT}/jars", f"{_INPUT}/entry/{entry}")
    return {
        "ProcessingJobName": name,
        "RoleArn": job.role_arn,
        "AppSpecification": {
            "ImageUri": settings.processing_image,
            "ContainerEntrypoint": ["smspark-submit", *options],
            "ContainerArguments": list(job.command),
        },
        "ProcessingInputs": [_input(kind, uri) for kind, uri in inputs.items()],
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceType": settings.processing_instance_type,
                "InstanceCount": _PROCESSING_INSTANCES,
                "VolumeSizeInGB": _PROCESSING_GB,
                "VolumeKmsKeyId": settings.kms_key_arn,
            }
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": MAX_RUN_SECONDS},
        "NetworkConfig": {
            "EnableInterContainerTrafficEncryption": True,
            # Jobs read tables through Glue and S3; an isolated container reaches neither.
            "EnableNetworkIsolation": False,
            "VpcConfig": {"Subnets": list(settings.subnet_ids), "SecurityGroupIds": list(settings.security_group_ids)},
        },
        "Environment": {"AWS_STS_REGIONAL_ENDPOINTS": "regional", "AWS_DEFAULT_REGION": settings.region},
        "Tags": job.run.tags,
    }


def _input(kind: str, uri: str) -> Request:
    source = {
        "S3Uri": uri,
        "LocalPath": f"{_INPUT}/{kind}",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"InputName": kind, "S3Input": source}
