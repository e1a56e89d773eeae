"""The configurations that must pass: every environment as it ships, and what else a user may choose."""

from dataclasses import replace

from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, ENVIRONMENTS, PROD, relocated

_CERTIFICATE = f"arn:aws:acm:{DEV.region}:{DEV.account}:certificate/00000000-0000-0000-0000-000000000000"


def _with_zones(config: PlatformConfig, letters: str) -> PlatformConfig:
    zones = tuple(f"{config.region}{letter}" for letter in letters)
    return replace(config, network=replace(config.network, availability_zones=zones))


#: Each differs from an environment in what its name says; equal templates are judged once.
VARIANTS: dict[str, PlatformConfig] = {
    **ENVIRONMENTS,
    "egress": replace(DEV, network=replace(DEV.network, nat_gateways=1)),
    "three-zones": _with_zones(DEV, "abc"),
    "two-zones": _with_zones(PROD, "ab"),
    "other-region": relocated(PROD, account=PROD.account, region="eu-central-1", certificate_arn=None),
    "persistent-cluster": replace(DEV, spark=replace(DEV.spark, mode="persistent")),
    "https": replace(DEV, tracking=replace(DEV.tracking, certificate_arn=_CERTIFICATE)),
}
