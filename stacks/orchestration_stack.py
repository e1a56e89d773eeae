"""Orchestration: MWAA with its DAGs and the settings they read."""

from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.compute.spark_cluster import job_flow
from infra.config.platform_config import PlatformConfig
from infra.orchestration.airflow_environment import AirflowEnvironment
from infra.orchestration.platform_settings import platform_settings
from stacks.base_stack import PlatformStack
from stacks.compute_stack import ComputeStack
from stacks.network_stack import NetworkStack


class OrchestrationStack(PlatformStack):
    """What decides which job runs when; it computes nothing itself."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: PlatformConfig,
        network: NetworkStack,
        compute: ComputeStack,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, "orchestration", config=config, description="MWAA, its DAGs and their settings")
        groups, code = network.security_groups, compute.code
        subnet_ids = [subnet.subnet_id for subnet in network.subnets]
        settings = platform_settings(
            config,
            code_uris=(code.archive_uri, code.entry_uri),
            image_uris=(code.training_image, code.serving_image),
            job_flow=self.to_json_string(job_flow(config.spark, self.names, compute.placement)),
            cluster_id=compute.cluster_id,
            subnet_ids=subnet_ids,
            security_group_id=groups.jobs.security_group_id,
            key_arn=key.key_arn,
        )
        AirflowEnvironment(
            self,
            "Airflow",
            names=self.names,
            config=config.airflow,
            log_days=config.retention.log_days,
            key=kms.Key.from_key_arn(self, "Key", key.key_arn),
            subnet_ids=subnet_ids,
            security_group_id=groups.airflow.security_group_id,
            options=settings.to_options(),
        )
