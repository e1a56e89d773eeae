from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from common.resource_types import resource_types
from infra.config.governance_config import DeliveryConfig, LakeConfig
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, PROD, STAGING
from operations.teardown.procedure import STATELESS, STEPS
from stacks.synth import add_environment, new_app
from tests.infra.pipelines import METERS

#: Everything that can be switched on, so that every type is there.
EVERYTHING = replace(
    DEV,
    spark=replace(DEV.spark, mode="persistent"),
    network=replace(DEV.network, mode="egress"),
    lake=LakeConfig(lake_formation=True),
    delivery=DeliveryConfig(repository="owner/platform"),
)
CONFIGS = {"dev": DEV, "staging": STAGING, "prod": PROD, "everything": EVERYTHING}
Stack = tuple[str, bool, dict[str, dict[str, Any]]]


def released(config: PlatformConfig) -> PlatformConfig:
    """The environment with both keys to its data turned."""
    return replace(config, retention=replace(config.retention, keep_data=False, deletion_confirmed=True))


@pytest.fixture(scope="module", params=sorted(CONFIGS))
def stacks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Stack]:
    config = released(CONFIGS[request.param])
    app = new_app(tmp_path_factory.mktemp(request.param))
    add_environment(app, config, [METERS])
    assembly = app.synth()
    purpose = len(f"mlops-{config.environment}-")
    return [
        (stack.stack_name[purpose:], bool(stack.termination_protection), stack.template["Resources"])
        for stack in assembly.stacks
    ]


def resources(stacks: list[Stack]) -> Iterator[dict[str, Any]]:
    for _, _, found in stacks:
        yield from found.values()


def test_with_both_keys_turned_nothing_outlives_its_stack_but_what_is_meant_to(stacks: list[Stack]) -> None:
    kept = {resource["Type"] for resource in resources(stacks) if resource.get("DeletionPolicy", "Delete") != "Delete"}
    assert kept == {kind for kind in kept if resource_types()[kind].retained}


def test_with_both_keys_turned_nothing_refuses_to_be_deleted(stacks: list[Stack]) -> None:
    assert not [name for name, is_protected, _ in stacks if is_protected]
    for resource in resources(stacks):
        properties = resource.get("Properties", {})
        assert properties.get("DeletionProtection", False) is False
        attributes = {each["Key"]: each["Value"] for each in properties.get("LoadBalancerAttributes", [])}
        assert attributes.get("deletion_protection.enabled", "false") == "false"


def test_stacks_without_data_are_those_that_may_go_alone(stacks: list[Stack]) -> None:
    data = {"AWS::S3::Bucket", "AWS::RDS::DBInstance", "AWS::KMS::Key", "AWS::SageMaker::FeatureGroup"}
    for name, _, found in stacks:
        if name in STATELESS:
            assert not data & {resource["Type"] for resource in found.values()}
    assert set(STATELESS) <= {name for name, _, _ in stacks}


def test_rows_name_teardown_steps_that_exist() -> None:
    rows = resource_types()
    assert {step for row in rows.values() for step in row.teardown} <= set(STEPS)
    assert not [name for name, row in rows.items() if row.teardown and row.retained]
