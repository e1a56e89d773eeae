"""The compute stack: roles of jobs, EMR, EMR Serverless, Glue, the model registry and job code."""

from collections.abc import Sequence

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.jobs.job_code import JobCode
from infra.jobs.job_permissions import allow_tracking
from infra.jobs.job_roles import JobRoles
from infra.names import PlatformNames
from infra.network.placement import Group
from infra.security.keys import DataClass
from infra.spark.cluster_roles import ClusterRoles
from infra.spark.cluster_security import ClusterSecurity
from infra.spark.glue_jobs import GlueJobs, GluePlacement
from infra.spark.idle_clusters import IdleClusters
from infra.spark.persistent_cluster import PersistentCluster
from infra.spark.serverless_application import ServerlessApplication
from infra.spark.spark_cluster import ClusterPlacement, job_flow
from infra.training.model_registry import ModelRegistry
from infra.training.shared_registry import allow_models
from jobs.contracts.access import JobKind
from jobs.contracts.engines import Engine
from jobs.contracts.names import SPARK_APPLICATION_ID, SPARK_CLUSTER_ID
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.workloads import WORKLOADS
from stacks.base_stack import PlatformStack


class ComputeStack(PlatformStack):
    """The engines that run jobs, and the roles under which they run."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: PlatformConfig,
        pipelines: Sequence[Pipeline],
    ) -> None:
        super().__init__(scope, "compute", config=config, description="Roles, engines, registry and job code")
        names, key_arn, engines = self.names, self.key(DataClass.LAKE).key_arn, config.engines
        self.code = JobCode(self, "Code", names=names, ca_bundle=config.tracking.ca_bundle)
        jobs = JobRoles(
            self,
            "Jobs",
            names=names,
            pipelines=pipelines,
            engines=engines,
            lake=config.lake,
            key_arn=key_arn,
        )
        allow_tracking(jobs.roles[JobKind.TRAIN], names, self.key(DataClass.TRACKING).key_arn)
        if registry := PlatformNames.of_registry(config):
            allow_models(jobs.roles[JobKind.SERVE], registry)
        clusters = ClusterRoles(self, "Clusters", names=names, step_roles=jobs.step_role_arns, key_arn=key_arn)
        jobs.trust_after(clusters.instance)
        in_transit = config.spark.encrypts_in_transit
        security = ClusterSecurity(self, "ClusterSecurity", names=names, key_arn=key_arn, in_transit=in_transit)
        self.service_logs([each.log_group for each in WORKLOADS if each.log_group])
        if engines.jobs_on(Engine.EMR_SERVERLESS):
            self.publish(SPARK_APPLICATION_ID, self._serverless(key_arn).application.attr_application_id)
        if engines.jobs_on(Engine.GLUE):
            self._glue(key_arn).node.add_dependency(jobs)
        consumers = config.registry.consumers
        ModelRegistry(self, "Models", names=names, pipelines=pipelines, removal=self.removal, consumers=consumers)
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

    def _glue(self, key_arn: str) -> GlueJobs:
        placement = GluePlacement(
            subnet_id=self.placement.subnet_ids[0],
            availability_zone=self.placement.first_zone_name,
            security_group_id=self.placement.group_id(Group.JOBS),
            data_key_arn=key_arn,
            log_key_arn=self.key(DataClass.LOGS).key_arn,
        )
        return GlueJobs(
            self,
            "Glue",
            names=self.names,
            modules=self.config.engines.jobs_on(Engine.GLUE),
            engines=self.config.engines,
            code_uris=(self.code.archive_uri, self.code.entry_uri),
            placement=placement,
        )
