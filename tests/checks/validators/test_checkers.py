import json
from pathlib import Path

import pytest

from checks.finding import Finding
from checks.validators import checkov
from checks.validators.checkov import Checkov, CheckovError, accepted
from checks.validators.lint import lint

_POLICY = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}], "Version": "2012-10-17"}


def written(folder: Path, kind: str, properties: dict[str, object]) -> Path:
    path = folder / "seeded.template.json"
    path.write_text(json.dumps({"Resources": {"Seeded": {"Type": kind, "Properties": properties}}}, indent=1))
    return path


@pytest.mark.parametrize(
    ("kind", "properties", "rule"),
    [
        ("AWS::SNS::Topic", {"Colour": "red"}, "E3002"),
        ("AWS::IAM::ManagedPolicy", {"PolicyDocument": _POLICY}, "W3037"),
        ("AWS::EMRServerless::Application", {"Type": "SPARK", "ReleaseLabel": "x", "Architecture": "arm"}, "E3030"),
    ],
)
def test_the_linter_reports_a_seeded_mistake_and_its_resource(
    kind: str, properties: dict[str, object], rule: str, tmp_path: Path
) -> None:
    path = written(tmp_path, kind, properties)
    assert [(found.rule, found.where) for found in lint([path], "us-east-1")[path]] == [(rule, "seeded/Seeded")]


def test_checkov_reports_a_seeded_mistake_and_its_resource(tmp_path: Path) -> None:
    path = written(tmp_path, "AWS::SNS::Topic", {})
    found = Checkov([path]).findings()[path]
    assert ("CKV_AWS_26", "seeded/Seeded") in [(finding.rule, finding.where) for finding in found]


def test_a_skip_covers_its_rule_on_its_resource_only() -> None:
    (skip, *_) = checkov.SKIPS
    covered = Finding("checkov", skip.rule, f"mlops-dev-data/{skip.where}1A2B", "logging")
    taken = accepted(covered)
    assert taken is not None
    assert taken.what == skip.reason
    assert accepted(Finding("checkov", skip.rule, "mlops-dev-data/Other", "logging")) is None
    assert accepted(Finding("checkov", "CKV_AWS_0", covered.where, "other")) is None


def test_every_skip_has_a_reason() -> None:
    assert all(len(skip.reason) > 20 for skip in checkov.SKIPS)


def test_a_machine_without_checkov_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checkov, "_COMMAND", tmp_path / "checkov")
    with pytest.raises(CheckovError, match="make"):
        Checkov([])
