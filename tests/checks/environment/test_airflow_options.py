"""Options of MWAA against the options that each version knows."""

from pathlib import Path

import pytest

from checks.environment.airflow_options import known_options, validate_options
from infra.config.service_config import AIRFLOW_VERSIONS
from infra.environments import DEV
from infra.names import PlatformNames
from infra.orchestration.airflow_options import airflow_options


def rules(option: str, version: str = "3.2.1") -> list[str]:
    properties = {"AirflowVersion": version, "AirflowConfigurationOptions": {option: "1"}}
    template = {"Resources": {"Airflow": {"Type": "AWS::MWAA::Environment", "Properties": properties}}}
    return [finding.rule for finding in validate_options("any", template)]


@pytest.mark.parametrize("version", AIRFLOW_VERSIONS)
def test_every_version_knows_the_options_that_are_rendered(version: str) -> None:
    rendered = airflow_options(PlatformNames.of(DEV))
    assert [rule for option in rendered for rule in rules(option, version)] == []
    assert len(known_options(version)) > 250


@pytest.mark.parametrize(
    ("option", "version", "rule"),
    [
        ("scheduler.min_file_process_interval", "3.2.1", "unknown option"),
        ("webserver.page_size", "3.2.1", "unknown option"),
        ("core.parallelism", "9.9.9", "unknown option"),
        ("core.executor", "3.2.1", "overridden option"),
        ("metrics.statsd_host", "3.2.1", "overridden option"),
    ],
)
def test_an_option_without_effect_is_found(option: str, version: str, rule: str) -> None:
    assert rules(option, version) == [rule]


def test_options_of_our_own_and_of_other_versions_are_allowed() -> None:
    assert rules("platform.environment") == []
    assert rules("metrics.metrics_allow_list") == []
    assert rules("webserver.page_size", "3.0.6") == []


def test_there_is_a_list_for_each_version() -> None:
    folder = Path(__file__).parents[3] / "checks" / "environment" / "airflow"
    assert {path.stem for path in folder.iterdir()} == {f"options-{version}" for version in AIRFLOW_VERSIONS}
