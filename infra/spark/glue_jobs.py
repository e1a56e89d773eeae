"""The Glue jobs of the Spark modules that the settings place on Glue, encrypted and inside the VPC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_glue as glue
from constructs import Construct

from infra.config.engine_config import EngineConfig
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
        self._connection(names, placement)
        self._security(names, placement)
        for module in modules:
            self._job(module, names, engines, code_uris)

    def _job(self, module: str, names: PlatformNames, engines: EngineConfig, code_uris: tuple[str, str]) -> None:
        archive_uri, entry_uri = code_uris
        glue.CfnJob(
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
            security_configuration=names.resource("glue"),
            connections=glue.CfnJob.ConnectionsListProperty(connections=[names.glue_connection]),
            default_arguments=dict(_arguments(names, archive_uri)),
            tags={"platform": names.prefix},
        )

    def _connection(self, names: PlatformNames, placement: GluePlacement) -> None:
        glue.CfnConnection(
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

    def _security(self, names: PlatformNames, placement: GluePlacement) -> None:
        data, logs, properties = placement.data_key_arn, placement.log_key_arn, glue.CfnSecurityConfiguration
        glue.CfnSecurityConfiguration(
            self,
            "Security",
            name=names.resource("glue"),
            encryption_configuration=properties.EncryptionConfigurationProperty(
                s3_encryptions=[properties.S3EncryptionProperty(s3_encryption_mode="SSE-KMS", kms_key_arn=data)],
                cloud_watch_encryption=properties.CloudWatchEncryptionProperty(
                    cloud_watch_encryption_mode="SSE-KMS", kms_key_arn=logs
                ),
                job_bookmarks_encryption=properties.JobBookmarksEncryptionProperty(
                    job_bookmarks_encryption_mode="CSE-KMS", kms_key_arn=data
                ),
            ),
        )


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
