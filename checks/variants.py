"""The configurations that every check must pass: the shipped environments and variants with other options."""

from dataclasses import replace
from pathlib import Path

from infra.config.certificates import PLACEHOLDER, CaBundle
from infra.config.engine_config import EngineConfig
from infra.config.governance_config import DeliveryConfig, LakeConfig, RegistryConfig, SecurityConfig
from infra.config.hosted_zone import ExistingZone
from infra.config.location import Location
from infra.config.network_config import ImportedVpc
from infra.config.platform_config import PlatformConfig
from infra.config.zones import default_zones
from infra.environments import DEV, ENVIRONMENTS, PROD, STAGING, relocated

_CERTIFICATE = f"arn:aws:acm:{DEV.region}:{DEV.account}:{PLACEHOLDER}"
_MONITOR = f"arn:aws:ce::{PROD.account}:anomalymonitor/00000000-0000-0000-0000-000000000000"
_IMPORTED = ImportedVpc(
    vpc_id="vpc-0123456789abcdef0",
    subnet_ids=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    route_table_ids=("rtb-0123456789abcdef0", "rtb-0123456789abcdef1"),
)
_EVERY_ENGINE = EngineConfig(jobs={"cleanse": "glue", "features": "sagemaker", "dataset": "emr-serverless"})


#: A region whose zone ids are not consecutive: new accounts have the zones 1, 2 and 4.
_TOKYO = relocated(DEV, Location(region="ap-northeast-1"))


def _with_zones(config: PlatformConfig, count: int) -> PlatformConfig:
    return replace(config, network=replace(config.network, availability_zones=default_zones(config.region, count)))


#: Each variant differs from an environment in the option that its name gives. Some combine several options to need
#: fewer configurations: `egress` and `three-zones` have other versions of MWAA, `three-zones` is in Tokyo, `egress`
#: also opens endpoints, `isolated` also locks landed files, `imported-vpc` has an existing hosted zone, `other-region`
#: also shares its model registry, and `every-option` contains all remaining options.
VARIANTS: dict[str, PlatformConfig] = {
    **ENVIRONMENTS,
    "isolated": replace(
        STAGING, network=replace(STAGING.network, mode="isolated"), lake=LakeConfig(object_lock_days=30)
    ),
    "egress": replace(
        DEV,
        network=replace(DEV.network, mode="egress", open_endpoints=("logs", "monitoring")),
        airflow=replace(DEV.airflow, version="3.3.1"),
    ),
    "imported-vpc": replace(
        DEV,
        network=replace(DEV.network, mode="imported", imported=_IMPORTED),
        tracking=replace(DEV.tracking, zone=ExistingZone(zone_id="Z0123456789ABCDEFGHIJ", name="mlops.internal")),
    ),
    "private-ca": replace(
        PROD,
        tracking=replace(
            PROD.tracking,
            host="mlflow.prod.mlops.internal",
            ca_bundle=CaBundle.read(Path(__file__).with_name("private_authority.pem")),
        ),
    ),
    "three-zones": replace(_with_zones(_TOKYO, 3), airflow=replace(DEV.airflow, version="3.0.6")),
    "other-region": replace(
        relocated(PROD, Location(region="eu-central-1")),
        registry=RegistryConfig(consumers=(DEV.account, STAGING.account)),
        alerts=replace(PROD.alerts, anomaly_monitor=_MONITOR),
    ),
    # A second environment in the account and region of dev.
    "second-environment": replace(
        relocated(STAGING, Location(account=DEV.account)), lake=replace(STAGING.lake, encrypt_catalog=False)
    ),
    "no-online-store": replace(DEV, lake=LakeConfig(online_store=False)),
    "lake-formation": replace(DEV, lake=LakeConfig(lake_formation=True)),
    "shared-registry": replace(DEV, registry=RegistryConfig(account=PROD.account)),
    "every-option": replace(
        DEV,
        delivery=DeliveryConfig(repository="example/mlops-platform"),
        security=SecurityConfig(permissions_boundary="mlops-boundary"),
        engines=_EVERY_ENGINE,
        airflow=replace(DEV.airflow, endpoint_management="customer"),
        spark=replace(DEV.spark, mode="persistent"),
        tracking=replace(DEV.tracking, certificate_arn=_CERTIFICATE, function_concurrency=4),
        alerts=replace(DEV.alerts, create_anomaly_monitor=True),
    ),
}
