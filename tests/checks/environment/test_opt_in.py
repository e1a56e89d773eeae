from dataclasses import replace
from typing import Any

import pytest

from checks.assembly import Assembly
from checks.environment import opt_in
from checks.environment.opt_in import is_on, opt_in_findings
from common.resource_types import ResourceType, resource_types
from infra.config.governance_config import DeliveryConfig
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, STAGING

CATALOG = "AWS::Glue::DataCatalogEncryptionSettings"


def rules(config: PlatformConfig, type_name: str, **properties: Any) -> list[str]:
    template = {"Resources": {"Any": {"Type": type_name, "Properties": properties}}}
    assembly = Assembly(config=config, templates={"any": template}, images={})
    return [finding.rule for finding in opt_in_findings(assembly)]


def test_a_single_resource_needs_its_setting() -> None:
    assert rules(DEV, CATALOG) == ["ResourceOptIn"]
    assert rules(STAGING, CATALOG) == []
    assert rules(DEV, "AWS::S3::Bucket") == []


def test_a_single_resource_whose_row_names_no_setting_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opt_in, "resource_types", lambda: {CATALOG: ResourceType(limit=1)})
    assert rules(STAGING, CATALOG) == ["ResourceOptIn"]


def test_a_property_needs_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    row = ResourceType(optional={"Reserved": "lake.encrypt_catalog"})
    monkeypatch.setattr(opt_in, "resource_types", lambda: {"AWS::Lambda::Function": row})
    assert rules(DEV, "AWS::Lambda::Function", Reserved=4) == ["PropertyOptIn"]
    assert rules(STAGING, "AWS::Lambda::Function", Reserved=4) == []
    assert rules(DEV, "AWS::Lambda::Function", Handler="a") == []


def test_every_setting_of_a_row_exists_and_is_off_by_default() -> None:
    with_delivery = replace(DEV, delivery=DeliveryConfig(repository="example/platform"))
    for row in resource_types().values():
        for setting in filter(None, (row.setting, *row.optional.values())):
            assert not is_on(DEV, setting)
            is_on(with_delivery, setting)
