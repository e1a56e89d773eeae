"""The settings of dev, staging and prod; staging and prod list only their differences."""

from dataclasses import replace

from infra.config.address_blocks import require_disjoint
from infra.config.certificates import PLACEHOLDER, CaBundle
from infra.config.compute_config import SageMakerConfig, ServerlessSpark, SparkCluster
from infra.config.engine_config import EngineConfig
from infra.config.governance_config import DeliveryConfig
from infra.config.location import Location
from infra.config.network_config import NetworkConfig
from infra.config.platform_config import PlatformConfig
from infra.config.service_config import AirflowConfig, BudgetConfig, RetentionConfig, TrackingConfig
from infra.config.validation import ConfigError
from infra.config.zones import default_zones
from jobs.contracts.settings import MANUAL

#: Staging and prod have placeholders for synthesis, PLACEHOLDER and a host below this documentation domain (RFC 2606);
#: a deployment sets its own host and certificate (see app.py).
_EXAMPLE_DOMAIN = "mlops.example.com"

DEV = PlatformConfig(
    environment="dev",
    account="111111111111",
    region="us-east-1",
    network=NetworkConfig(cidr="10.10.0.0/16", availability_zones=default_zones("us-east-1", 2)),
    airflow=AirflowConfig(),
    # Without a certificate MLflow answers over HTTP, to a name that only its private hosted zone knows.
    tracking=TrackingConfig(host="mlflow.dev.mlops.internal"),
    spark=SparkCluster(
        release="emr-7.14.0",
        mode="transient",
        primary_types=("m7g.xlarge", "m6g.xlarge"),
        core_types=("m7g.xlarge", "m6g.xlarge", "r7g.xlarge"),
        task_types=("m7g.xlarge", "m6g.xlarge", "r7g.xlarge", "r6g.xlarge"),
        core_units=1,
        maximum_units=4,
        fixed_units=2,
    ),
    serverless=ServerlessSpark(release="emr-7.14.0"),
    sagemaker=SageMakerConfig(),
    retention=RetentionConfig(keep_data=False),
    budget=BudgetConfig(monthly_usd=1500, email="platform-team@example.com"),
)

STAGING = replace(
    DEV,
    environment="staging",
    account="222222222222",
    network=replace(DEV.network, cidr="10.20.0.0/16"),
    tracking=replace(
        DEV.tracking,
        host=f"mlflow.staging.{_EXAMPLE_DOMAIN}",
        certificate_arn=f"arn:aws:acm:us-east-1:222222222222:{PLACEHOLDER}",
        tasks=2,
        multi_az=True,
    ),
    # The account is used by this environment only, so its catalog contains no tables of others.
    lake=replace(DEV.lake, encrypt_catalog=True),
    spark=replace(DEV.spark, encrypts_in_transit=True),
    # These jobs run once a month, in less time than a cluster takes to start.
    engines=EngineConfig(jobs={"dataset": "emr-serverless", "publish": "glue"}),
    retention=replace(DEV.retention, log_days=90, keep_data=True, service_logs=True),
    budget=replace(DEV.budget, monthly_usd=2500),
)

PROD = replace(
    STAGING,
    environment="prod",
    account="333333333333",
    network=replace(STAGING.network, cidr="10.30.0.0/16", availability_zones=default_zones("us-east-1", 3)),
    airflow=replace(STAGING.airflow, environment_class="mw1.medium", minimum_workers=2, maximum_workers=10),
    tracking=replace(
        STAGING.tracking,
        host=f"mlflow.prod.{_EXAMPLE_DOMAIN}",
        certificate_arn=f"arn:aws:acm:us-east-1:333333333333:{PLACEHOLDER}",
        cpu=1024,
        memory_mib=4096,
        database_class="m7g.large",
        database_gb=100,
    ),
    # Hourly pipelines share one cluster, because starting a job flow takes longer than their steps.
    spark=replace(STAGING.spark, mode="persistent", core_units=2, maximum_units=16, fixed_units=4),
    serverless=replace(STAGING.serverless, maximum_vcpu=256, maximum_memory_gb=1024, maximum_disk_gb=2000),
    sagemaker=replace(STAGING.sagemaker, training_instance_type="ml.m5.2xlarge", tuning_max_jobs=40),
    lake=replace(STAGING.lake, backup_days=35),
    # A person looks at the report before a model predicts in production.
    registry=replace(STAGING.registry, approval=MANUAL),
    retention=replace(STAGING.retention, log_days=365, noncurrent_days=90, backup_days=35),
    budget=replace(STAGING.budget, monthly_usd=6000),
    alerts=replace(STAGING.alerts, anomaly_usd=250),
)

ENVIRONMENTS = {config.environment: config for config in (DEV, STAGING, PROD)}


def environment(name: str) -> PlatformConfig:
    """The settings of an environment; raises ConfigError if the name is unknown or two environments share addresses."""
    blocks = [(each, config.network.cidr) for each, config in ENVIRONMENTS.items()]
    require_disjoint("network.cidr", blocks, "because VPCs with common addresses cannot be peered")
    if name not in ENVIRONMENTS:
        raise ConfigError(f"environment: received {name!r}; allowed is one of {list(ENVIRONMENTS)}")
    return ENVIRONMENTS[name]


def relocated(config: PlatformConfig, location: Location) -> PlatformConfig:
    """A copy of the settings for a location; without zones of its own, it gets as many in the location's region."""
    account, region = location.account or config.account, location.region or config.region
    stays = region == config.region
    zones = config.network.availability_zones
    certificate_arn = location.certificate_arn
    if certificate_arn is None and config.tracking.certificate_arn is not None:
        certificate_arn = f"arn:aws:acm:{region}:{account}:{PLACEHOLDER}"
    delivery = config.delivery
    if location.repository:
        repository = location.repository
        delivery = replace(delivery, repository=repository) if delivery else DeliveryConfig(repository=repository)
    return replace(
        config,
        account=account,
        region=region,
        network=replace(
            config.network,
            availability_zones=location.zones or (zones if stays else default_zones(region, len(zones))),
        ),
        tracking=replace(
            config.tracking,
            host=location.host or config.tracking.host,
            certificate_arn=certificate_arn,
            ca_bundle=CaBundle.read(location.ca_bundle) if location.ca_bundle else config.tracking.ca_bundle,
        ),
        retention=replace(config.retention, deletion_confirmed=location.deletion_confirmed),
        budget=replace(config.budget, email=location.email or config.budget.email),
        delivery=delivery,
    )
