import json
from pathlib import Path
from typing import Any

from operations.template_diff import find_differences, read_templates, render


def assembly(folder: Path, **resources: dict[str, Any]) -> Path:
    """An assembly of one stack of dev with these resources and a description."""
    (folder / "dev").mkdir(parents=True)
    template = {"Description": "Data", "Resources": resources}
    (folder / "dev" / "mlops-dev-data.template.json").write_text(json.dumps(template))
    return folder


def bucket(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "raw", **properties}}


def report(before: Path, after: Path) -> list[str]:
    found = find_differences(read_templates(before, ["dev"]), read_templates(after, ["dev"]))
    return list(render(found, ["dev"]))


def test_a_changed_property_is_shown_with_both_values(tmp_path: Path) -> None:
    before = assembly(tmp_path / "before", Raw=bucket(Versioned="yes"), Other=bucket())
    after = assembly(tmp_path / "after", Raw=bucket(Versioned="no"), Other=bucket())

    lines = report(before, after)

    assert lines[:2] == ["== dev/mlops-dev-data", "changed Resources Raw AWS::S3::Bucket"]
    assert '  -  "Versioned": "yes"' in lines
    assert '  +  "Versioned": "no"' in lines
    assert lines[-1] == "dev: 0 resources added, 0 removed, 1 changed"


def test_added_and_removed_resources_are_shown_whole(tmp_path: Path) -> None:
    lines = report(assembly(tmp_path / "before", Old=bucket()), assembly(tmp_path / "after", New=bucket()))

    assert "added Resources New AWS::S3::Bucket" in lines
    assert "removed Resources Old AWS::S3::Bucket" in lines
    assert {'  +  "BucketName": "raw"', '  -  "BucketName": "raw"'} <= set(lines)
    assert lines[-1] == "dev: 1 resources added, 1 removed, 0 changed"


def test_asset_hashes_are_no_difference(tmp_path: Path) -> None:
    before = assembly(tmp_path / "before", Raw=bucket(Code=f"{'0' * 64}.zip"))
    after = assembly(tmp_path / "after", Raw=bucket(Code=f"{'f' * 64}.zip"))
    assert report(before, after) == ["dev: 0 resources added, 0 removed, 0 changed"]


def test_a_stack_that_only_one_side_has_is_shown(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    lines = report(tmp_path / "empty", assembly(tmp_path / "after", New=bucket()))
    assert "added Description " in lines
    assert lines[-1] == "dev: 1 resources added, 0 removed, 0 changed; 1 other template entries differ"
