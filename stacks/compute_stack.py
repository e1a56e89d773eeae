"""The compute stack: EMR, EMR Serverless, the network of Glue jobs, and job code."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.jobs.job_code import JobCode
from infra.network.placement import Group
from infra.security.keys import DataClass
from infra.spark.cluster_roles import ClusterRoles
from infra.spark.cluster_security import ClusterSecurity
from infra.spark.glue_jobs import GlueNetwork
from infra.spark.idle_clusters import IdleClusters
from infra.spark.persistent_cluster import PersistentCluster
from infra.spark.serverless_application import ServerlessApplication
from infra.spark.spark_cluster import ClusterPlacement, job_flow
from jobs.contracts.access import spark_kind
from jobs.contracts.engines import Engine
from jobs.contracts.names import SPARK_APPLICATION_ID, SPARK_CLUSTER_ID
from jobs.contracts.workloads import WORKLOADS
from stacks.base_stack import PlatformStack


class ComputeStack(PlatformStack):
    """The engines that run the jobs of all pipelines, and the code of jobs."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "compute", config=config, description="Engines and job code")
        names, key_arn, engines = self.names, self.key(DataClass.LAKE).key_arn, config.engines
        self.code = JobCode(self, "Code", names=names, ca_bundle=config.tracking.ca_bundle)
        steps = names.job_role_patterns(map(spark_kind, engines.jobs_on(Engine.EMR)))
        clusters = ClusterRoles(self, "Clusters", names=names, step_roles=steps, key_arn=key_arn)
        in_transit = config.spark.encrypts_in_transit
        security = ClusterSecurity(self, "ClusterSecurity", names=names, key_arn=key_arn, in_transit=in_transit)
        self.service_logs([each.log_group for each in WORKLOADS if each.log_group])
        if engines.jobs_on(Engine.EMR_SERVERLESS):
            self.publish(SPARK_APPLICATION_ID, self._serverless(key_arn).application.attr_application_id)
        if engines.jobs_on(Engine.GLUE):
            self._glue()
        if config.spark.mode == "persistent":
            self._persistent_cluster(key_arn).node.add_dependency(clusters, security)
        elif not config.network.has_egress:
            self._end_idle_clusters()

    def _persistent_cluster(self, key_arn: str) -> PersistentCluster:
        config, placement = self.config, ClusterPlacement.of(self.placement, key_arn)
        request = job_flow(config.spark, self.names, placement, has_egress=config.network.has_egress)
        in_transit = config.spark.encrypts_in_transit
        cluster = PersistentCluster(self, "Cluster", request=request, in_transit=in_transit)
        self.publish(SPARK_CLUSTER_ID, cluster.cluster.ref)
        return cluster

    def _end_idle_clusters(self) -> None:
        IdleClusters(
            self,
            "IdleClusters",
            names=self.names,
            idle_minutes=self.config.spark.idle_minutes,
            log_days=self.config.retention.log_days,
            keys={each: self.key(each) for each in (DataClass.ALERTS, DataClass.LOGS)},
        )

    def _serverless(self, key_arn: str) -> ServerlessApplication:
        return ServerlessApplication(
            self,
            "Serverless",
            names=self.names,
            limits=self.config.serverless,
            subnet_ids=self.placement.subnet_ids,
            security_group_id=self.placement.group_id(Group.JOBS),
            key_arn=key_arn,
        )

    def _glue(self) -> None:
        GlueNetwork(
            self,
            "Glue",
            names=self.names,
            subnet_id=self.placement.subnet_ids[0],
            availability_zone=self.placement.first_zone_name,
            security_group_id=self.placement.group_id(Group.JOBS),
        )
