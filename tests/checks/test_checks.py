import json
from dataclasses import replace
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from syrupy.assertion import SnapshotAssertion

from checks import checked_synth
from checks.checks import CheckResult, Finding, add_rule_packs, lint
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, ENVIRONMENTS
from stacks.synth import new_app

NAMES = list(ENVIRONMENTS)
Checked = tuple[dict[str, CheckResult], Path]


@pytest.mark.parametrize("name", NAMES)
def test_every_environment_passes_every_check(name: str, checked: Checked) -> None:
    result = checked[0][name]
    assert (result.lint, result.validation, result.nag) == ((), (), ())
    assert result.is_clean


@pytest.mark.parametrize("name", NAMES)
def test_each_acknowledgement_has_a_reason(name: str, checked: Checked) -> None:
    assert all(len(finding.what) > 10 for finding in checked[0][name].acknowledged)
    assert checked[0][name].counts["acknowledged"] == len(checked[0][name].acknowledged)


def test_acknowledgements_are_as_reviewed(checked: Checked, snapshot: SnapshotAssertion) -> None:
    # Where a finding stands differs by environment and pipeline; rule and reason are what a reviewer judges.
    seen = {
        (finding.rule.split("[")[0], finding.where.split("/", 1)[1], finding.what, name)
        for name, result in checked[0].items()
        for finding in result.acknowledged
        if "Catalog-" not in finding.where
    }
    grouped: dict[str, set[str]] = {}
    for rule, where, reason, name in seen:
        grouped.setdefault(f"{rule} | {where} | {reason}", set()).add(name)
    lines = sorted(f"{line} | {' '.join(sorted(names))}" for line, names in grouped.items())
    assert "\n".join(lines) == snapshot


def test_the_pack_reports_a_seeded_mistake(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    add_rule_packs(app)
    s3.Bucket(cdk.Stack(app, "Seeded"), "Open")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text())
    (nag,) = (item for item in report["pluginReports"] if item["pluginName"] == "AwsSolutions")
    assert {"AwsSolutions-S1", "AwsSolutions-S10"} <= {item["ruleName"] for item in nag["violations"]}


def test_findings_are_returned_and_not_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def seeded(config: PlatformConfig, outdir: Path) -> cdk.App:
        app = new_app(outdir / config.environment)
        s3.Bucket(cdk.Stack(app, "Seeded"), "Open")
        return app

    monkeypatch.setattr(checked_synth, "app_for", seeded)
    (result,) = checked_synth.check([DEV], tmp_path)
    assert not result.is_clean
    assert {finding.where for finding in result.nag} == {"Seeded/Open/Resource"}


_POLICY = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}], "Version": "2012-10-17"}


@pytest.mark.parametrize(
    ("kind", "properties", "rule"),
    [
        ("AWS::SNS::Topic", {"Colour": "red"}, "E3002"),
        ("AWS::IAM::ManagedPolicy", {"PolicyDocument": _POLICY}, "W3037"),
        ("AWS::EMRServerless::Application", {"Type": "SPARK", "ReleaseLabel": "x", "Architecture": "arm"}, "E3030"),
    ],
)
def test_the_linter_reports_a_seeded_mistake(
    kind: str, properties: dict[str, object], rule: str, tmp_path: Path
) -> None:
    body = {"Resources": {"Seeded": {"Type": kind, "Properties": properties}}}
    (tmp_path / "seeded.template.json").write_text(json.dumps(body))
    assert [finding.rule for finding in lint([tmp_path], ["us-east-1"])[tmp_path]] == [rule]


def test_one_finding_is_enough_to_fail(checked: Checked) -> None:
    clean = checked[0]["dev"]
    found = (Finding("E1", "here", "something"),)
    for kind in ("lint", "validation", "nag"):
        assert not replace(clean, **{kind: found}).is_clean  # type: ignore[arg-type]
