import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.network_config import NetworkConfig
from infra.config.platform_config import PlatformConfig
from infra.config.validation import ConfigError
from infra.environments import DEV, PROD


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"environment": "Dev_1"}, "environment: received 'Dev_1'; allowed is a value like dev"),
        ({"account": "1234"}, "account: received '1234'; allowed is a value like 111111111111"),
        ({"region": "virginia"}, "region: received 'virginia'; allowed is one of af-south-1, "),
        (
            {"region": "cn-north-1"},
            "received 'cn-north-1'; allowed is a region of the partition aws, .* AWS China differ",
        ),
        ({"region": "us-gov-west-1"}, "received 'us-gov-west-1'; .* of AWS GovCloud differ; choose one of"),
        ({"region": "us-isob-east-1"}, "received 'us-isob-east-1'; .* of an isolated partition differ; choose one of"),
        ({"region": "eusc-de-east-1"}, "received 'eusc-de-east-1'; .* European Sovereign Cloud differ; choose one of"),
        ({"region": "ap-east-2"}, "received 'ap-east-2'; allowed is a region with mwaa, one of af-south-1, "),
        ({"region": "eu-west-1"}, "network.availability_zones: .*; allowed is zones of eu-west-1"),
    ],
)
def test_an_impossible_environment_is_refused_with_one_sentence(change: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(DEV, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0", "10.0.0.0/8", "10.0.0.0/24", "8.8.0.0/16", "10.0.0.1/16", "fd00::/16", "x"]
)
def test_a_block_that_makes_no_vpc_of_ours_is_refused(cidr: str) -> None:
    with pytest.raises(ConfigError, match=r"network.cidr: received .*; allowed is a private IPv4 block"):
        replace(DEV.network, cidr=cidr)


@given(second=st.integers(0, 255), prefix=st.integers(1, 32))
def test_private_blocks_are_accepted_exactly_from_16_to_22(second: int, prefix: int) -> None:
    is_accepted = True
    try:
        NetworkConfig(cidr=f"10.{second}.0.0/{prefix}", availability_zones=DEV.network.availability_zones)
    except ConfigError:
        is_accepted = False
    assert is_accepted == (16 <= prefix <= 22)


@pytest.mark.parametrize("zones", [("use1-az1",), ("use1-az1", "use1-az1")])
def test_a_vpc_needs_two_or_three_different_zones(zones: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match=r"network.availability_zones: .*; allowed is 2 or 3"):
        replace(DEV.network, availability_zones=zones)


def test_an_unknown_endpoint_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"network.interface_endpoints: received \['s4'\]"):
        replace(DEV.network, mode="egress", interface_endpoints=("logs", "s4"))


def test_only_dev_may_serve_mlflow_over_plain_http() -> None:
    with pytest.raises(ConfigError, match=r"set tracking.certificate_arn so that MLflow answers over HTTPS"):
        replace(PROD, tracking=replace(PROD.tracking, certificate_arn=None))


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        DEV.account = "222222222222"  # type: ignore[misc]
    assert isinstance(DEV, PlatformConfig)


def test_settings_load_without_cdk() -> None:
    code = "import sys, infra.environments, infra.names, infra.spark.spark_cluster; print('aws_cdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
