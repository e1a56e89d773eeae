"""The engines: roles, EMR, EMR Serverless, SageMaker registry, job code."""

from collections.abc import Sequence

from constructs import Construct

from infra.compute.job_code import JobCode
from infra.compute.model_registry import ModelRegistry
from infra.compute.sagemaker_roles import SageMakerRoles
from infra.compute.spark_cluster import ClusterPlacement, job_flow
from infra.compute.spark_engines import ClusterSecurity, PersistentCluster, ServerlessApplication
from infra.compute.spark_roles import SparkRoles
from infra.config.platform_config import PlatformConfig
from infra.network.placement import Group
from infra.security.keys import DataClass
from jobs.contracts.pipeline import Pipeline
from stacks.base_stack import PlatformStack


class ComputeStack(PlatformStack):
    """What runs jobs, and under which rights."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: PlatformConfig,
        pipelines: Sequence[Pipeline],
    ) -> None:
        super().__init__(scope, "compute", config=config, description="Roles, engines, registry and job code")
        names, key, place = self.names, self.key(DataClass.LAKE), self.placement
        self.code = JobCode(self, "Code", names=names)
        spark_roles = SparkRoles(self, "Spark", names=names, pipelines=pipelines, key_arn=key.key_arn)
        SageMakerRoles(self, "SageMaker", names=names, key_arn=key.key_arn)
        security = ClusterSecurity(self, "ClusterSecurity", names=names, key_arn=key.key_arn)
        ServerlessApplication(
            self,
            "Serverless",
            names=names,
            limits=config.serverless,
            subnet_ids=place.subnet_ids,
            security_group_id=place.group_id(Group.JOBS),
            key_arn=key.key_arn,
        )
        consumers = config.registry.consumers
        ModelRegistry(self, "Models", names=names, pipelines=pipelines, removal=self.removal, consumers=consumers)
        if config.spark.mode == "persistent":
            request = job_flow(config.spark, names, ClusterPlacement.of(place, key.key_arn))
            cluster = PersistentCluster(self, "Cluster", request=request)
            cluster.node.add_dependency(spark_roles, security)
            self.publish("compute/cluster-id", cluster.cluster.ref)
