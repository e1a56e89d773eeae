"""Settings of environments that share an account and region, of which some resources exist once only."""

from collections.abc import Iterable

from infra.config.platform_config import PlatformConfig
from infra.config.validation import require


def require_shareable(config: PlatformConfig, neighbours: Iterable[PlatformConfig]) -> None:
    """Raise ConfigError if the environment and its neighbours would create, or depend on, the same single resource.

    `neighbours` are the settings of the other environments of the same account and region.
    """
    for neighbour in neighbours:
        here = f"because {neighbour.environment} is in the same account and region"
        is_encrypted = config.lake.encrypt_catalog or neighbour.lake.encrypt_catalog
        allowed = f"False in both, {here}, which have one Data Catalog: roles of the other could not use its key"
        require(not is_encrypted, "lake.encrypt_catalog", is_encrypted, allowed)
        is_governed = (config.lake.lake_formation, neighbour.lake.lake_formation)
        allowed = f"the same in both, {here}, which have one setting of default permissions"
        require(len(set(is_governed)) == 1, "lake.lake_formation", is_governed, allowed)
        creators = (config.alerts.create_anomaly_monitor, neighbour.alerts.create_anomaly_monitor)
        allowed = f"True in one of them at most, {here}; the other sets alerts.anomaly_monitor to its ARN"
        require(not all(creators), "alerts.create_anomaly_monitor", creators, allowed)
        providers = [each.delivery for each in (config, neighbour) if each.delivery]
        creates = [not delivery.provider_exists for delivery in providers]
        allowed = f"True in all of them but one, {here}, which has one identity provider for GitHub"
        require(sum(creates) < 2, "delivery.provider_exists", False, allowed)
