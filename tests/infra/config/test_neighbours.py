from dataclasses import replace

import pytest

import app
from infra.config.governance_config import DeliveryConfig, LakeConfig
from infra.config.neighbours import require_shareable
from infra.config.platform_config import PlatformConfig
from infra.config.validation import ConfigError
from infra.environments import DEV, STAGING

OTHER = replace(STAGING, lake=replace(STAGING.lake, encrypt_catalog=False))
DELIVERY = DeliveryConfig(repository="example/platform")


def test_two_environments_may_share_an_account() -> None:
    require_shareable(DEV, [OTHER])
    existing = replace(DELIVERY, provider_exists=True)
    require_shareable(replace(DEV, delivery=DELIVERY), [replace(OTHER, delivery=existing)])


@pytest.mark.parametrize(
    ("config", "neighbour", "sentence"),
    [
        (DEV, STAGING, "lake.encrypt_catalog: received True; allowed is False in both, because staging is in the same"),
        (
            replace(DEV, lake=LakeConfig(lake_formation=True)),
            OTHER,
            r"lake.lake_formation: received \(True, False\); allowed is the same in both, because staging is",
        ),
        (
            replace(DEV, alerts=replace(DEV.alerts, create_anomaly_monitor=True)),
            replace(OTHER, alerts=replace(OTHER.alerts, create_anomaly_monitor=True)),
            "alerts.create_anomaly_monitor: .* the other sets alerts.anomaly_monitor to its ARN",
        ),
        (
            replace(DEV, delivery=DELIVERY),
            replace(OTHER, delivery=DELIVERY),
            "delivery.provider_exists: received False; allowed is True in all of them but one",
        ),
    ],
)
def test_what_an_account_has_once_is_used_by_one(
    config: PlatformConfig, neighbour: PlatformConfig, sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        require_shareable(config, [neighbour])


def test_variables_that_place_two_environments_into_one_account_are_noticed() -> None:
    account = "123456789012"
    environ = {"PLATFORM_DEV_ACCOUNT": account, "PLATFORM_STAGING_ACCOUNT": account}
    with pytest.raises(ConfigError, match="because staging is in the same account and region"):
        app.placed("dev", environ)
    assert app.placed("dev", {**environ, "PLATFORM_STAGING_REGION": "eu-west-1"}).account == account
