"""The CreateProcessingJob request of a Spark job on SageMaker Processing."""

from typing import Any

from jobs.contracts.access import Folder
from jobs.contracts.settings import SettingsError
from jobs.contracts.tables import Zone
from jobs.dags.spark_job import SparkJob

Request = dict[str, Any]

_INPUT = "/opt/ml/processing/input"


def processing_job(job: SparkJob, *, name: str) -> Request:
    """A job in AWS's Spark container, which takes code, jars and settings from its input folders.

    Raises SettingsError if the environment's settings place no Spark job on SageMaker Processing.
    """
    settings, own = job.run.settings, job.run.job(job.module)
    entry = settings.code_entry_uri.rsplit("/", 1)[1]
    options = ("--py-files", f"{_INPUT}/py-files", "--jars", f"{_INPUT}/jars", f"{_INPUT}/entry/{entry}")
    return {
        "ProcessingJobName": name,
        "RoleArn": job.role_arn,
        "AppSpecification": {
            "ImageUri": settings.processing_image,
            "ContainerEntrypoint": ["smspark-submit", *options],
            "ContainerArguments": list(job.command),
        },
        "ProcessingInputs": [_input(kind, uri) for kind, uri in _input_uris(job).items()],
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceType": own.instance_type or settings.processing_instance_type,
                "InstanceCount": own.instances or settings.runtime.processing_instances,
                "VolumeSizeInGB": settings.runtime.processing_volume_gb,
                "VolumeKmsKeyId": settings.kms_key_arn,
            }
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": job.run.spark_minutes(job.module) * 60},
        "NetworkConfig": {
            "EnableInterContainerTrafficEncryption": True,
            # Jobs read tables through Glue and S3, which an isolated container cannot reach.
            "EnableNetworkIsolation": False,
            "VpcConfig": {"Subnets": list(settings.subnet_ids), "SecurityGroupIds": list(settings.security_group_ids)},
        },
        "Environment": {"AWS_STS_REGIONAL_ENDPOINTS": "regional", "AWS_DEFAULT_REGION": settings.region},
        "Tags": job.run.tags,
    }


def _input_uris(job: SparkJob) -> dict[str, str]:
    settings = job.run.settings
    if settings.processing_image is None or settings.processing_conf_uri is None:
        raise SettingsError(
            f"job {job.module}: platform.processing_image and platform.processing_conf_uri are not set; "
            "they are set when the settings of the environment place a Spark job on sagemaker"
        )
    return {
        "entry": settings.code_entry_uri,
        "py-files": settings.code_archive_uri,
        "jars": job.run.names.uri(Zone.ARTIFACTS, Folder.SPARK_JARS),
        "conf": settings.processing_conf_uri,
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
