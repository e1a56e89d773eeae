"""The EMR Serverless application that runs Spark jobs without a cluster."""

from typing import Any

from aws_cdk import aws_emrserverless as emrserverless
from constructs import Construct

from infra.config.compute_config import ServerlessSpark
from infra.names import PlatformNames
from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone

_Application = emrserverless.CfnApplication


class ServerlessApplication(Construct):
    """An arm64 EMR Serverless application that starts with a job and stops when idle."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        limits: ServerlessSpark,
        subnet_ids: list[str],
        security_group_id: str,
        key_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.application = _Application(
            self,
            "Resource",
            name=names.spark_application,
            type="SPARK",
            release_label=limits.release,
            architecture="ARM64",
            network_configuration=_Application.NetworkConfigurationProperty(
                subnet_ids=subnet_ids, security_group_ids=[security_group_id]
            ),
            monitoring_configuration=_logs(names, key_arn),
            **_capacity(limits),
        )


def _capacity(limits: ServerlessSpark) -> dict[str, Any]:
    return {
        "auto_start_configuration": _Application.AutoStartConfigurationProperty(enabled=True),
        "auto_stop_configuration": _Application.AutoStopConfigurationProperty(
            enabled=True, idle_timeout_minutes=limits.idle_minutes
        ),
        "maximum_capacity": _Application.MaximumAllowedResourcesProperty(
            cpu=f"{limits.maximum_vcpu} vCPU",
            memory=f"{limits.maximum_memory_gb} GB",
            disk=f"{limits.maximum_disk_gb} GB",
        ),
    }


def _logs(names: PlatformNames, key_arn: str) -> emrserverless.CfnApplication.MonitoringConfigurationProperty:
    return _Application.MonitoringConfigurationProperty(
        # On by default: a copy of the logs in a bucket that AWS owns, which the policy of the S3 endpoint rejects.
        managed_persistence_monitoring_configuration=_Application.ManagedPersistenceMonitoringConfigurationProperty(
            enabled=False
        ),
        s3_monitoring_configuration=_Application.S3MonitoringConfigurationProperty(
            log_uri=names.uri(Zone.ARTIFACTS, Folder.SERVERLESS_LOGS, ""), encryption_key_arn=key_arn
        ),
    )
