from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from checks.assembly import Assembly, read_assembly
from checks.environment.shared_names import collisions, name_findings, physical_names
from checks.variants import VARIANTS
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, STAGING

SECOND = VARIANTS["second-environment"]


def assembly(config: PlatformConfig, type_name: str, **properties: Any) -> Assembly:
    template = {"Resources": {"R": {"Type": type_name, "Properties": properties}}}
    return Assembly(config=config, templates={"any": template}, images={})


def named(type_name: str, **properties: Any) -> list[str]:
    return [finding.rule for finding in name_findings(assembly(DEV, type_name, **properties))]


@pytest.mark.parametrize("name", ["mlops-dev", "mlops_dev_raw", "MLOps/Dev/any", "/mlops/dev/keys"])
def test_a_name_with_the_environment_is_its_own(name: str) -> None:
    assert named("AWS::SNS::Topic", TopicName=name) == []


@pytest.mark.parametrize("name", ["alerts", "mlops-device", "mlops-dev2-alerts"])
def test_another_name_is_shared(name: str) -> None:
    assert named("AWS::Logs::LogGroup", LogGroupName=name) == ["SharedName"]


def test_log_groups_that_services_name_need_the_setting() -> None:
    group = {"LogGroupName": "/aws/sagemaker/TrainingJobs"}
    assert named("AWS::Logs::LogGroup", **group) == ["SharedName"]
    assert list(name_findings(assembly(STAGING, "AWS::Logs::LogGroup", **group))) == []


def test_parts_of_an_identifier_count_together_and_generated_ones_not_at_all() -> None:
    assert named("AWS::Glue::Table", DatabaseName="mlops_dev_raw", Name="flights") == []
    assert named("AWS::Glue::Table", DatabaseName="raw", Name="flights") == ["SharedName"]
    assert named("AWS::EC2::VPC", CidrBlock="10.0.0.0/16") == []
    assert named("AWS::Logs::LogGroup", LogGroupName={"Ref": "Other"}) == []


def test_single_resources_are_found_only_where_two_environments_share_account_and_region() -> None:
    type_name, properties = "AWS::Glue::DataCatalogEncryptionSettings", {"CatalogId": DEV.account}
    first, second = (assembly(config, type_name, **properties) for config in (DEV, SECOND))
    (finding,) = collisions([first, second])
    assert finding.what == f"dev and staging of account {DEV.account} would both create it"
    elsewhere = assembly(STAGING, type_name, **properties)
    assert list(collisions([first, elsewhere])) == []
    assert list(collisions([first, replace(first)])) == []


def test_no_two_environments_of_an_account_create_the_same_resource(variants: dict[str, Path]) -> None:
    assemblies = {name: read_assembly(folder, VARIANTS[name]) for name, folder in variants.items()}
    assert list(collisions(assemblies.values())) == []
    places = {name: (each.config.environment, each.config.account) for name, each in assemblies.items()}
    pairs = [pair for pair in combinations(places.values(), 2) if pair[0][1] == pair[1][1] and pair[0] != pair[1]]
    assert pairs
    assert len(physical_names(assemblies["dev"])) > 100
    for each in assemblies.values():
        assert list(name_findings(each)) == []
