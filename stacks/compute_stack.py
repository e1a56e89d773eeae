"""The engines: roles, EMR, EMR Serverless, SageMaker registry, job code."""

from collections.abc import Sequence

from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.compute.job_code import JobCode
from infra.compute.model_registry import ModelRegistry
from infra.compute.sagemaker_roles import SageMakerRoles
from infra.compute.spark_cluster import ClusterPlacement, job_flow
from infra.compute.spark_engines import ClusterSecurity, PersistentCluster, ServerlessApplication
from infra.compute.spark_roles import SparkRoles
from infra.config.platform_config import PlatformConfig
from jobs.contracts.pipeline import Pipeline
from stacks.base_stack import PlatformStack
from stacks.network_stack import NetworkStack


class ComputeStack(PlatformStack):
    """What runs jobs, and under which rights."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: PlatformConfig,
        pipelines: Sequence[Pipeline],
        network: NetworkStack,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, "compute", config=config, description="Roles, engines, registry and job code")
        names, groups = self.names, network.security_groups
        subnet_ids = [subnet.subnet_id for subnet in network.subnets]
        self.code = JobCode(self, "Code", names=names)
        spark_roles = SparkRoles(self, "Spark", names=names, pipelines=pipelines, key_arn=key.key_arn)
        SageMakerRoles(self, "SageMaker", names=names, key_arn=key.key_arn)
        security = ClusterSecurity(self, "ClusterSecurity", names=names, key_arn=key.key_arn)
        ServerlessApplication(
            self,
            "Serverless",
            names=names,
            limits=config.serverless,
            subnet_ids=subnet_ids,
            security_group_id=groups.jobs.security_group_id,
            key_arn=key.key_arn,
        )
        ModelRegistry(self, "Models", names=names, pipelines=pipelines, removal=self.removal)
        self.placement = ClusterPlacement(
            subnet_ids=subnet_ids,
            primary_security_group=groups.emr_primary.security_group_id,
            node_security_group=groups.emr_nodes.security_group_id,
            service_security_group=groups.emr_service.security_group_id,
            key_arn=key.key_arn,
        )
        self.cluster_id = ""
        if config.spark.mode == "persistent":
            request = job_flow(config.spark, names, self.placement)
            cluster = PersistentCluster(self, "Cluster", request=request)
            cluster.node.add_dependency(spark_roles, security)
            self.cluster_id = cluster.cluster.ref
