from dataclasses import replace

import pytest

from infra.config.location import Location
from infra.config.validation import ConfigError
from infra.environments import DEV, ENVIRONMENTS, PROD, STAGING, environment, relocated


def test_environments_are_known_by_their_names() -> None:
    assert [environment(name) for name in ENVIRONMENTS] == [DEV, STAGING, PROD]


def test_an_unknown_environment_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(
        ConfigError, match=r"environment: received 'test'; allowed is one of \['dev', 'staging', 'prod'\]"
    ):
        environment("test")


def test_environments_with_common_addresses_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    staging = replace(STAGING, network=replace(STAGING.network, cidr="10.10.128.0/20"))
    monkeypatch.setitem(ENVIRONMENTS, "staging", staging)
    sentence = (
        "^network.cidr of dev: received '10.10.0.0/16'; allowed is a block that does not overlap 10.10.128.0/20 of"
    )
    with pytest.raises(ConfigError, match=sentence):
        environment("dev")


def test_environments_share_neither_account_nor_addresses() -> None:
    for values in ([c.account for c in ENVIRONMENTS.values()], [c.network.cidr for c in ENVIRONMENTS.values()]):
        assert len(set(values)) == len(values)


def test_what_holds_data_is_kept_outside_dev() -> None:
    assert [config.retention.keep_data for config in ENVIRONMENTS.values()] == [False, True, True]
    assert [config.tracking.multi_az for config in ENVIRONMENTS.values()] == [False, True, True]


def test_an_environment_moves_with_its_zones_and_certificate() -> None:
    moved = relocated(PROD, Location(account="444444444444", region="eu-west-1"))
    assert moved.network.availability_zones == ("euw1-az1", "euw1-az2", "euw1-az3")
    assert moved.tracking.certificate_arn is not None
    assert moved.tracking.certificate_arn.startswith("arn:aws:acm:eu-west-1:444444444444:certificate/")


def test_an_environment_that_stays_is_unchanged() -> None:
    for config in ENVIRONMENTS.values():
        assert relocated(config, Location()) == config


def test_deleting_data_takes_a_confirmation_by_name() -> None:
    placed = relocated(DEV, Location(deletion_confirmed=True))
    assert (DEV.retention.keeps_data, placed.retention.keeps_data) == (True, False)
