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
from jobs.contracts.access import spark_kind
from jobs.contracts.iceberg import iceberg_conf


@dataclass(frozen=True, kw_only=True)
class GluePlacement:
    """The subnet, security group and keys of Glue's workers; Glue takes one subnet. Values may be tokens."""

    subnet_id: str
    availability_zone: str
    security_group_id: str
    data_key_arn: str
    log_key_arn: str


class GlueJobs(Construct):
    """Glue jobs, and the VPC connection and security configuration that they share."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        modules: Sequence[str],
        engines: EngineConfig,
        code_uris: tuple[str, str],
        placement: GluePlacement,
    ) -> None:
        super().__init__(scope, construct_id)
        connection = self._connection(names, placement)
        self._security = self._security_configuration(names, placement)
        for module in modules:
            job = self._job(module, names, engines, code_uris)
            # The job refers to both by name, which CloudFormation does not see.
            job.node.add_dependency(connection, self._security)

    def _job(self, module: str, names: PlatformNames, engines: EngineConfig, code_uris: tuple[str, str]) -> glue.CfnJob:
        archive_uri, entry_uri = code_uris
        return glue.CfnJob(
            self,
            module,
            name=names.glue_job(module),
            description=f"jobs.spark.{module}",
            role=names.role_arn(spark_kind(module)),
            command=glue.CfnJob.JobCommandProperty(name="glueetl", python_version="3", script_location=entry_uri),
            glue_version=engines.glue_version,
            worker_type=engines.glue_worker,
            number_of_workers=engines.glue_workers,
            timeout=engines.runtime.spark_minutes,
            # Airflow retries the task, so Glue must not; Glue queues only jobs without retries of their own.
            max_retries=0,
            job_run_queuing_enabled=True,
            execution_property=glue.CfnJob.ExecutionPropertyProperty(max_concurrent_runs=1),
            security_configuration=self._security.name,
            connections=glue.CfnJob.ConnectionsListProperty(connections=[names.glue_connection]),
            default_arguments=dict(_arguments(names, archive_uri)),
            tags={"platform": names.prefix},
        )

    def _connection(self, names: PlatformNames, placement: GluePlacement) -> glue.CfnConnection:
        return glue.CfnConnection(
            self,
            "Connection",
            catalog_id=names.account,
            connection_input=glue.CfnConnection.ConnectionInputProperty(
                name=names.glue_connection,
                connection_type="NETWORK",
                physical_connection_requirements=glue.CfnConnection.PhysicalConnectionRequirementsProperty(
                    subnet_id=placement.subnet_id,
                    availability_zone=placement.availability_zone,
                    security_group_id_list=[placement.security_group_id],
                ),
            ),
        )

    def _security_configuration(self, names: PlatformNames, placement: GluePlacement) -> glue.CfnSecurityConfiguration:
        encryption = _encryption(placement)
        return glue.CfnSecurityConfiguration(
            self,
            "Security",
            name=content_name(names.resource("glue"), {"EncryptionConfiguration": encryption}),
            encryption_configuration=l1_value(encryption),
        )


def _encryption(placement: GluePlacement) -> Mapping[str, Any]:
    """Encryption of the data, logs and bookmarks of Glue jobs, in the form of CloudFormation."""
    data, logs = placement.data_key_arn, placement.log_key_arn
    return {
        "S3Encryptions": [{"S3EncryptionMode": "SSE-KMS", "KmsKeyArn": data}],
        "CloudWatchEncryption": {"CloudWatchEncryptionMode": "SSE-KMS", "KmsKeyArn": logs},
        "JobBookmarksEncryption": {"JobBookmarksEncryptionMode": "CSE-KMS", "KmsKeyArn": data},
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
