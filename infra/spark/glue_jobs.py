"""The Glue jobs of the Spark modules that the settings place on Glue, encrypted and inside the VPC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_glue as glue
from constructs import Construct

from infra.config.engine_config import EngineConfig
from infra.content_name import content_name
from infra.l1_values import l1_value
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineScope
from jobs.contracts.access import spark_kind
from jobs.contracts.iceberg import iceberg_conf
from jobs.contracts.job_settings import JobSettings
from jobs.contracts.names import job_purpose


class GlueNetwork(Construct):
    """The VPC connection that the Glue jobs of all pipelines share; Glue takes one subnet. Values may be tokens."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        subnet_id: str,
        availability_zone: str,
        security_group_id: str,
    ) -> None:
        super().__init__(scope, construct_id)
        glue.CfnConnection(
            self,
            "Connection",
            catalog_id=names.account,
            connection_input=glue.CfnConnection.ConnectionInputProperty(
                name=names.glue_connection,
                connection_type="NETWORK",
                physical_connection_requirements=glue.CfnConnection.PhysicalConnectionRequirementsProperty(
                    subnet_id=subnet_id,
                    availability_zone=availability_zone,
                    security_group_id_list=[security_group_id],
                ),
            ),
        )


@dataclass(frozen=True, kw_only=True)
class GlueKeys:
    """The ARNs of the keys of data and of logs; values may be tokens."""

    data: str
    logs: str


class GlueJobs(Construct):
    """The Glue jobs of a pipeline with their security configuration; they name the environment's connection."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: PipelineScope,
        modules: Sequence[str],
        engines: EngineConfig,
        code_uris: tuple[str, str],
        keys: GlueKeys,
    ) -> None:
        super().__init__(scope, construct_id)
        self._pipeline = pipeline
        self._security = self._security_configuration(keys)
        for module in modules:
            # The job refers to it by name, which CloudFormation does not see.
            self._job(module, engines, code_uris).node.add_dependency(self._security)

    def _job(self, module: str, engines: EngineConfig, code_uris: tuple[str, str]) -> glue.CfnJob:
        pipeline, (archive_uri, entry_uri) = self._pipeline, code_uris
        names, own = pipeline.names, pipeline.pipeline.jobs.get(module, JobSettings())
        return glue.CfnJob(
            self,
            module,
            name=names.glue_job(pipeline.name, module),
            description=f"jobs.spark.{module} of {pipeline.name}",
            role=names.job_role_arn(pipeline.name, spark_kind(module)),
            command=glue.CfnJob.JobCommandProperty(name="glueetl", python_version="3", script_location=entry_uri),
            glue_version=engines.glue_version,
            worker_type=engines.glue_worker,
            number_of_workers=engines.glue_workers,
            timeout=own.minutes or engines.runtime.spark_minutes,
            # Airflow retries the task, so Glue must not; Glue queues only jobs without retries of their own.
            max_retries=0,
            job_run_queuing_enabled=True,
            execution_property=glue.CfnJob.ExecutionPropertyProperty(max_concurrent_runs=1),
            security_configuration=self._security.name,
            connections=glue.CfnJob.ConnectionsListProperty(connections=[names.glue_connection]),
            default_arguments=dict(_arguments(names, archive_uri)),
            tags={"platform": names.prefix},
        )

    def _security_configuration(self, keys: GlueKeys) -> glue.CfnSecurityConfiguration:
        encryption, base = _encryption(keys), job_purpose(self._pipeline.name, "glue")
        return glue.CfnSecurityConfiguration(
            self,
            "Security",
            name=content_name(self._pipeline.names.resource(base), {"EncryptionConfiguration": encryption}),
            encryption_configuration=l1_value(encryption),
        )


def _encryption(keys: GlueKeys) -> Mapping[str, Any]:
    """Encryption of the data, logs and bookmarks of Glue jobs, in the form of CloudFormation."""
    return {
        "S3Encryptions": [{"S3EncryptionMode": "SSE-KMS", "KmsKeyArn": keys.data}],
        "CloudWatchEncryption": {"CloudWatchEncryptionMode": "SSE-KMS", "KmsKeyArn": keys.logs},
        "JobBookmarksEncryption": {"JobBookmarksEncryptionMode": "CSE-KMS", "KmsKeyArn": keys.data},
    }


def _arguments(names: PlatformNames, archive_uri: str) -> Mapping[str, str]:
    """The default arguments of a job; a run adds its command. Glue takes all Spark settings in one `--conf` value."""
    conf = iceberg_conf(names)
    return {
        "--conf": " --conf ".join(f"{key}={value}" for key, value in conf.items()),
        "--datalake-formats": "iceberg",
        "--enable-continuous-cloudwatch-log": "true",
        "--extra-py-files": archive_uri,
        "--job-bookmark-option": "job-bookmark-disable",
    }
