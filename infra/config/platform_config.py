"""All settings of one environment."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

from infra.config.alert_config import AlertConfig
from infra.config.certificates import require_certificate
from infra.config.compute_config import SageMakerConfig, ServerlessSpark, SparkCluster
from infra.config.email import require_deliverable
from infra.config.endpoints import ENDPOINTS, Endpoint
from infra.config.engine_config import EngineConfig
from infra.config.governance_config import DeliveryConfig, LakeConfig, RegistryConfig, SecurityConfig
from infra.config.network_config import NetworkConfig
from infra.config.regions import require_region
from infra.config.s3_prefix_lists import S3_PREFIX_LISTS
from infra.config.service_config import AirflowConfig, BudgetConfig, RetentionConfig, TrackingConfig
from infra.config.validation import require, require_match
from infra.config.zones import require_zones_of
from jobs.contracts.engines import Engine
from jobs.contracts.pipeline import Pipeline


@dataclass(frozen=True, kw_only=True)
class PlatformConfig:
    """One environment of the platform in one account and region; raises ConfigError for settings that cannot work."""

    environment: str
    account: str
    region: str
    network: NetworkConfig
    airflow: AirflowConfig
    tracking: TrackingConfig
    spark: SparkCluster
    serverless: ServerlessSpark
    sagemaker: SageMakerConfig
    retention: RetentionConfig
    budget: BudgetConfig
    engines: EngineConfig = field(default_factory=EngineConfig)
    security: SecurityConfig = field(default_factory=SecurityConfig)
    lake: LakeConfig = field(default_factory=LakeConfig)
    registry: RegistryConfig = field(default_factory=RegistryConfig)
    delivery: DeliveryConfig | None = None
    alerts: AlertConfig = field(default_factory=AlertConfig)

    def __post_init__(self) -> None:
        require_match("environment", self.environment, r"[a-z][a-z0-9]{1,9}", "dev")
        require_match("account", self.account, r"\d{12}", "111111111111")
        require_region(self.region)
        require_zones_of(self.region, "network.availability_zones", self.network.availability_zones)
        imported, on_glue = self.network.imported, self.engines.jobs_on(Engine.GLUE)
        allowed = f"the name of the first subnet's zone, which Glue needs for the jobs {', '.join(on_glue)}"
        is_placed = imported is None or imported.first_zone_name is not None or not on_glue
        require(is_placed, "network.imported.first_zone_name", None, allowed)
        others = {self.registry.account, *self.registry.consumers}
        require(self.account not in others, "registry", self.account, "other accounts than the environment's own")
        allowed = f"the prefix list of S3 in {self.region}; infra/config/s3_prefix_lists.py describes how to look it up"
        has_list = self.network.s3_prefix_list is not None or self.region in S3_PREFIX_LISTS
        require(has_list, "network.s3_prefix_list", self.network.s3_prefix_list, allowed)
        is_encrypted = self.spark.encrypts_in_transit or self.environment == "dev"
        allowed = "True outside dev, because nodes exchange real data"
        require(is_encrypted, "spark.encrypts_in_transit", self.spark.encrypts_in_transit, allowed)
        allowed = "None unless network.mode is imported: its owner can associate it only with a VPC that exists already"
        is_possible = self.tracking.zone is None or self.network.imported is not None
        require(is_possible, "tracking.zone", self.tracking.zone, allowed)
        certificate = self.tracking.certificate_arn
        if certificate is None:
            allowed = "dev only; set tracking.certificate_arn so that MLflow answers over HTTPS"
            require(self.environment == "dev", "tracking without a certificate", self.environment, allowed)
        else:
            require_certificate(certificate, region=self.region, account=self.account)
        # The shipped settings of staging and prod have a placeholder for the certificate too, and cannot be deployed.
        if self.environment != "dev" and not self.tracking.is_placeholder:
            require_deliverable("budget.email", self.budget.email, self.environment)

    def with_pipelines(self, pipelines: Iterable[Pipeline]) -> Self:
        """The settings with those that the pipelines declare for single jobs.

        Raises ConfigError if an engine that a pipeline chooses needs a setting that the environment lacks.
        """
        return replace(self, engines=self.engines.with_pipelines(pipelines))

    @property
    def s3_prefix_list(self) -> str:
        """The prefix list of S3 in the environment's region."""
        return self.network.s3_prefix_list or S3_PREFIX_LISTS[self.region]

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The interface endpoints that the platform creates: none in a VPC whose owner provides them."""
        is_given = self.network.imported is not None and self.network.imported.has_endpoints
        return () if is_given else self.called_endpoints

    @property
    def called_endpoints(self) -> tuple[Endpoint, ...]:
        """The interface endpoints of its network settings, without those that its options do not use."""
        has_clusters = self.spark.mode == "persistent" or bool(self.engines.jobs_on(Engine.EMR))
        unneeded = {
            "elasticmapreduce": not has_clusters,
            "emr-serverless": not self.engines.jobs_on(Engine.EMR_SERVERLESS),
            "lakeformation": not self.lake.lake_formation,
        }
        requested = [endpoint for endpoint in ENDPOINTS if endpoint.service in self.network.interface_endpoints]
        return tuple(endpoint for endpoint in requested if not unneeded.get(endpoint.service, False))
