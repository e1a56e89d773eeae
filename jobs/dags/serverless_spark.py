"""StartJobRun requests of Spark jobs on EMR Serverless, Glue and, as CreateProcessingJob, on SageMaker."""

import shlex
from typing import Any

from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone
from jobs.dags.spark_job import MAX_RUN_SECONDS, PYTHON, SparkJob

Request = dict[str, Any]

#: Where EMR Serverless keeps the Iceberg it ships (EMR Serverless user guide, using Apache Iceberg).
_ICEBERG = "/usr/share/aws/iceberg/lib/iceberg-spark3-runtime.jar"
_INPUT = "/opt/ml/processing/input"
_PROCESSING_GB = 64
_PROCESSING_INSTANCES = 2


def emr_serverless_run(job: SparkJob, *, name: str) -> Request:
    """A run on the application; `name` is new in each try of a task, so a repeated request starts nothing twice."""
    settings = job.run.settings
    pythons = ("spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON", "spark.emr-serverless.driverEnv.PYSPARK_PYTHON")
    conf = {
        "spark.jars": _ICEBERG,
        **dict.fromkeys((*pythons, "spark.executorEnv.PYSPARK_PYTHON"), PYTHON),
        **job.conf,
    }
    parameters = [f"--conf {key}={value}" for key, value in conf.items()]
    return {
        "clientToken": name,
        "name": name,
        "executionRoleArn": job.role_arn,
        "executionTimeoutMinutes": MAX_RUN_SECONDS // 60,
        "jobDriver": {
            "sparkSubmit": {
                "entryPoint": settings.code_entry_uri,
                "entryPointArguments": list(job.command),
                "sparkSubmitParameters": " ".join([*parameters, f"--py-files {settings.code_archive_uri}"]),
            }
        },
        "tags": {tag["Key"]: tag["Value"] for tag in job.run.tags},
    }


def glue_run(job: SparkJob) -> Request:
    """A run of the module's Glue job, whose role, size and code the stack has set; Glue names arguments only."""
    return {
        "JobName": job.run.names.glue_job(job.module),
        "Arguments": {"--job_command": shlex.join(job.command)},
    }


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
