"""The settings of one environment: frozen, and refused at construction when they cannot work."""

from dataclasses import dataclass, field

from infra.config.compute_config import SageMakerConfig, ServerlessSpark, SparkCluster
from infra.config.governance_config import DeliveryConfig, LakeConfig, RegistryConfig, SecurityConfig
from infra.config.network_config import NetworkConfig
from infra.config.regions import REGIONS
from infra.config.service_config import AirflowConfig, BudgetConfig, RetentionConfig, TrackingConfig
from infra.config.validation import require, require_match


@dataclass(frozen=True, kw_only=True)
class PlatformConfig:
    """One environment of the platform in one account and region."""

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
    security: SecurityConfig = field(default_factory=SecurityConfig)
    lake: LakeConfig = field(default_factory=LakeConfig)
    registry: RegistryConfig = field(default_factory=RegistryConfig)
    delivery: DeliveryConfig | None = None

    def __post_init__(self) -> None:
        require_match("environment", self.environment, r"[a-z][a-z0-9]{1,9}", "dev")
        require_match("account", self.account, r"\d{12}", "111111111111")
        require_match("region", self.region, r"[a-z]{2}(-[a-z]+)+-\d", "eu-central-1")
        allowed = f"a region of the partition `aws` with every service the platform needs: {', '.join(REGIONS)}"
        require(self.region in REGIONS, "region", self.region, allowed)
        zones = self.network.availability_zones
        is_here = all(zone[:-1] == self.region for zone in zones)
        require(is_here, "network.availability_zones", zones, f"zones of {self.region}, for example {self.region}a")
        others = {self.registry.account, *self.registry.consumers}
        require(self.account not in others, "registry", self.account, "other accounts than the environment's own")
        certificate = self.tracking.certificate_arn
        if certificate is None:
            allowed = "dev only; set tracking.certificate_arn so that MLflow answers over HTTPS"
            require(self.environment == "dev", "tracking without a certificate", self.environment, allowed)
        else:
            here = f"arn:aws:acm:{self.region}:{self.account}:certificate/"
            require(certificate.startswith(here), "tracking.certificate_arn", certificate, f"an ARN below {here}")
