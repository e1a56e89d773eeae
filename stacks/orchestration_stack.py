"""The orchestration stack: MWAA with its DAGs and the settings that they read."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.jobs.job_code import JobCode
from infra.jobs.job_permissions import allow_tracking
from infra.names import PlatformNames, RolePurpose
from infra.network.placement import Group
from infra.orchestration.airflow_environment import AirflowEnvironment
from infra.orchestration.airflow_files import AirflowFiles
from infra.orchestration.airflow_release import AirflowRelease
from infra.orchestration.job_start_permissions import allow_starting_jobs
from infra.orchestration.platform_settings import platform_settings
from infra.security.keys import DataClass
from infra.security.permissions import ExactPolicy
from infra.spark.spark_cluster import ClusterPlacement, job_flow
from infra.training.shared_registry import allow_packages
from jobs.contracts.settings import PlatformSettings
from stacks.base_stack import PlatformStack


class OrchestrationStack(PlatformStack):
    """The Airflow environment that schedules and starts all jobs."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: PlatformConfig,
        code: JobCode,
    ) -> None:
        super().__init__(scope, "orchestration", config=config, description="MWAA, its DAGs and their settings")
        data_key_arn = self.key(DataClass.LAKE).key_arn
        release = AirflowRelease.of_repository(config.airflow.version, config.tracking.ca_bundle)
        airflow = AirflowEnvironment(
            self,
            "Airflow",
            names=self.names,
            config=config.airflow,
            files=AirflowFiles(self, "Files", names=self.names, release=release, uploads=self.uploads),
            log_days=config.retention.log_days,
            key=self.key(DataClass.AIRFLOW),
            subnet_ids=self.placement.subnet_ids,
            security_group_id=self.placement.group_id(Group.AIRFLOW),
            options=self._settings(code, data_key_arn).to_options(),
        )
        starts = ExactPolicy(
            airflow,
            "Jobs",
            name=self.names.role(RolePurpose.AIRFLOW_JOBS),
            roles=[airflow.role.role],
        )
        allow_starting_jobs(starts, self.names, config, data_key_arn)
        # Task promote sets MLflow's alias of the champion.
        allow_tracking(starts, self.names, self.key(DataClass.TRACKING).key_arn)
        airflow.environment.node.add_dependency(starts)
        if registry := PlatformNames.of_registry(config):
            allow_packages(airflow.role, registry)

    def _settings(self, code: JobCode, key_arn: str) -> PlatformSettings:
        cluster, has_egress = ClusterPlacement.of(self.placement, key_arn), self.config.network.has_egress
        flow = job_flow(self.config.spark, self.names, cluster, has_egress=has_egress)
        return platform_settings(
            self.config,
            code_uris=(code.archive_uri, code.entry_uri),
            image_uris=(code.training_image, code.serving_image),
            processing_conf_uri=code.processing_conf_uri,
            job_flow=self.to_json_string(flow),
            subnet_ids=self.placement.subnet_ids,
            security_group_id=self.placement.group_id(Group.JOBS),
            key_arn=key_arn,
        )
