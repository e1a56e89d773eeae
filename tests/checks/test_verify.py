import json
from collections import Counter
from pathlib import Path

from checks.finding import Finding, Result
from checks.validators.packs import REPORT_ONLY, validate_app
from checks.verify import Verification, _Distinct
from infra.environments import DEV
from stacks.synth import app_for, synthesize
from tests.stacks.conftest import templates_in

TOPIC = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
QUEUE = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}, "R": {"Type": "AWS::SQS::Queue"}}}
FOUND = Finding("Guard", "A", "x", "m")


def test_synthesis_without_checks_writes_the_templates_that_are_checked(tmp_path: Path) -> None:
    stale = tmp_path / "dev" / "asset.of-an-earlier-release"
    stale.mkdir(parents=True)
    assert validate_app(app_for(DEV, tmp_path / "checked", REPORT_ONLY))[0] == []
    assemblies = synthesize([DEV], tmp_path)
    assert templates_in(tmp_path / "dev", "mlops-dev") == templates_in(tmp_path / "checked" / "dev", "mlops-dev")
    assert list(assemblies) == ["dev"]
    assert not stale.exists()


def written(folder: Path, **templates: object) -> list[Path]:
    folder.mkdir()
    for name, template in templates.items():
        (folder / name).write_text(json.dumps(template))
    return sorted(folder.iterdir())


def test_equal_templates_are_checked_once_and_their_findings_count_for_each_configuration(tmp_path: Path) -> None:
    distinct = _Distinct()
    first = written(tmp_path / "a", one=TOPIC, two=QUEUE)
    assert distinct.add("a", "us-east-1", first) == first
    assert distinct.add("b", "us-east-1", written(tmp_path / "b", one=TOPIC)) == []
    assert len(distinct.add("c", "eu-west-1", written(tmp_path / "c", one=TOPIC))) == 1
    assert distinct.by_configuration({first[0]: [FOUND]}) == {"a": {FOUND}, "b": {FOUND}, "c": set()}
    assert distinct.types()["a"] == {"AWS::SNS::Topic": 1, "AWS::SQS::Queue": 2}
    assert distinct.types()["b"] == {"AWS::SNS::Topic": 1}


def verification(*results: Result, **types: int) -> Verification:
    counts = Counter({f"AWS::{name.replace('_', '::')}": count for name, count in types.items()})
    return Verification(
        results=results, types={"dev": counts}, prefixes={}, templates=1, distinct_templates=1, seconds={}
    )


def test_a_finding_of_several_configurations_is_given_once() -> None:
    results = (Result(name=name, findings=(FOUND,), accepted=()) for name in ("dev", "prod"))
    assert verification(*results).findings == [FOUND]


def test_findings_include_acknowledgements_without_reason_and_types_without_row() -> None:
    bare = Result(name="dev", findings=(), accepted=(Finding("HIPAA.Security", "HIPAA.Security-S1", "x", "no"),))
    findings = verification(bare, Redshift_Cluster=1).findings
    assert [(finding.check, finding.rule) for finding in findings] == [
        ("acknowledgements", "S1"),
        ("resource types", "no row"),
    ]


def test_counts_are_by_check() -> None:
    findings = (FOUND, Finding("Guard", "B", "x", "m"), Finding("cfn-lint", "E1", "x", "m"))
    assert Result(name="any", findings=findings, accepted=()).counts == {"Guard": 2, "cfn-lint": 1}
