from pathlib import Path

import pytest

from checks.baselines import feature_schema, replacement
from checks.baselines import update as baselines
from common.errors import PlatformError
from jobs.contracts.pipeline import load_pipelines

TABLE = {"Type": "AWS::DynamoDB::Table", "TableName": "old"}


def assembly(_configs: object, _folder: Path) -> None:
    """Stands for the synthesis, whose templates `identities` would read."""


def test_a_replacement_without_an_entry_is_refused_and_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_write(current: object) -> dict[Path, int]:
        raise AssertionError(f"written: {current}")

    monkeypatch.setattr(baselines, "synthesize", assembly)
    monkeypatch.setattr(replacement, "identities", lambda folder, region: {"stack/Table": TABLE | {"TableName": "new"}})
    monkeypatch.setattr(replacement, "baseline", lambda environment: {"stack/Table": TABLE})
    monkeypatch.setattr(replacement, "write_baselines", no_write)

    with pytest.raises(PlatformError, match=r'3 replacements without an entry.*stack/Table: TableName becomes "new"'):
        baselines.update_identity_baselines()


def test_a_removed_feature_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(iter(feature_schema.schemas(load_pipelines())))
    monkeypatch.setattr(feature_schema, "schema_baseline", lambda: {first: ["gone String"]})

    with pytest.raises(PlatformError, match=f"feature group {first}: column 1 was 'gone String'"):
        baselines.update_schema_baselines()
