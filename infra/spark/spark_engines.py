"""Where Spark runs in one place for all jobs: the persistent cluster, EMR Serverless."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_emr as emr
from aws_cdk import aws_emrserverless as emrserverless
from constructs import Construct

from infra.config.compute_config import ServerlessSpark
from infra.names import PlatformNames
from infra.security.permissions import acknowledge, acknowledge_conformance
from infra.spark.spark_cluster import persistent_cluster
from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone

_NAG_READS_TOP_LEVEL = (
    "cdk-nag 3.0.2 looks for this at the document's top level, where EMR has EncryptionConfiguration; "
)


class PersistentCluster(Construct):
    """The Spark cluster that stays, rendered from the request that would start a transient one.

    It holds nothing that outlives a job, so it is neither retained nor protected: a replaced cluster must not go on
    costing money.
    """

    def __init__(self, scope: Construct, construct_id: str, *, request: Mapping[str, Any], in_transit: bool) -> None:
        super().__init__(scope, construct_id)
        self.cluster = emr.CfnCluster(self, "Resource", **persistent_cluster(request))
        proof = "encryption is on, as tests/infra/spark/test_security_document.py asserts"
        acknowledge(self.cluster, "EMR4", f"{_NAG_READS_TOP_LEVEL}{proof}")
        without = "off in development only, where no real data is; the settings refuse that elsewhere"
        acknowledge(self.cluster, "EMR5", f"{_NAG_READS_TOP_LEVEL}{proof}" if in_transit else without)
        no_keys = "nobody logs in to nodes: no key pair exists, and Kerberos would guard a door that is not there"
        acknowledge(self.cluster, "EMR6", no_keys)
        roles = (
            "every step is told apart by an IAM role of its own, and no user of Hadoop reaches the cluster's network"
        )
        acknowledge_conformance(self.cluster, "EMRKerberosEnabled", roles)


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
        properties = emrserverless.CfnApplication
        self.application = emrserverless.CfnApplication(
            self,
            "Resource",
            name=names.spark_application,
            type="SPARK",
            release_label=limits.release,
            architecture="ARM64",
            auto_start_configuration=properties.AutoStartConfigurationProperty(enabled=True),
            auto_stop_configuration=properties.AutoStopConfigurationProperty(
                enabled=True, idle_timeout_minutes=limits.idle_minutes
            ),
            maximum_capacity=properties.MaximumAllowedResourcesProperty(
                cpu=f"{limits.maximum_vcpu} vCPU",
                memory=f"{limits.maximum_memory_gb} GB",
                disk=f"{limits.maximum_disk_gb} GB",
            ),
            network_configuration=properties.NetworkConfigurationProperty(
                subnet_ids=subnet_ids, security_group_ids=[security_group_id]
            ),
            monitoring_configuration=properties.MonitoringConfigurationProperty(
                # On by default: a copy of the logs in a bucket of AWS, which the S3 endpoint does not let pass.
                managed_persistence_monitoring_configuration=properties.ManagedPersistenceMonitoringConfigurationProperty(
                    enabled=False
                ),
                s3_monitoring_configuration=properties.S3MonitoringConfigurationProperty(
                    log_uri=names.uri(Zone.ARTIFACTS, Folder.SERVERLESS_LOGS, ""), encryption_key_arn=key_arn
                ),
            ),
        )
