import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from checks import critical_path as module
from checks.critical_path import MWAA, creation_times, critical_path, source
from infra.environments import ENVIRONMENTS
from infra.node_runtime import use_packaged_node

# Importing CDK starts Node, so the choice of Node comes first.
use_packaged_node(os.environ)

from stacks.synth import synthesize  # noqa: E402

Resources = dict[str, dict[str, Any]]
KEY, DATABASE, BUCKET = "AWS::KMS::Key", "AWS::RDS::DBInstance", "AWS::S3::Bucket"
AIRFLOW: Resources = {"Airflow": {"Type": MWAA}}


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {MWAA: 100, KEY: 10, DATABASE: 60, "AWS::EC2::VPCEndpoint": 5, "default": 1, "stack": 0}
    table = {kind: {"seconds": each, "source": "estimate: of a test"} for kind, each in seconds.items()}
    monkeypatch.setattr(module, "creation_times", lambda: table)


def assembly(
    folder: Path, waits_for: dict[str, list[str]], parameters: dict[str, str] | None = None, **stacks: Resources
) -> Path:
    """A synthesized environment of these stacks; parameters are those of every template, by name."""
    artifacts = {
        name: {"type": "aws:cloudformation:stack", "dependencies": [f"{name}.assets", *waits_for.get(name, [])]}
        for name in stacks
    }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts | {"Tree": {"type": "cdk:tree"}}}))
    received = {name: {"Default": default} for name, default in (parameters or {}).items()}
    for name, resources in stacks.items():
        template = {"Resources": resources, "Parameters": received}
        (folder / f"{name}.template.json").write_text(json.dumps(template))
    return folder


def chain(folder: Path) -> list[tuple[str, float]]:
    return [(f"{link.stack}/{link.resource}", link.start) for link in critical_path(folder).chain]


@pytest.mark.parametrize(
    "need",
    [
        {"DependsOn": "Key"},
        {"DependsOn": ["Bucket", "Key"]},
        {"Properties": {"KmsKey": {"Ref": "Key"}}},
        {"Properties": {"Network": [{"Fn::Join": ["", ["x", {"Fn::GetAtt": ["Key", "Arn"]}]]}]}},
        {"Properties": {"KmsKey": {"Fn::GetAtt": "Key.Arn"}}},
    ],
)
def test_a_resource_waits_for_what_it_names(need: dict[str, Any], times: None, tmp_path: Path) -> None:
    resources = {"Key": {"Type": KEY}, "Bucket": {"Type": BUCKET}, "Airflow": {"Type": MWAA, **need}}
    found = critical_path(assembly(tmp_path, {}, one=resources))
    assert chain(tmp_path) == [("one/Key", 0), ("one/Airflow", 10)]
    assert (found.total, found.needed, found.ratio) == (110, 110, 1)


def test_a_stack_waits_for_the_whole_of_those_before_it(times: None, tmp_path: Path) -> None:
    before: Resources = {"Key": {"Type": KEY}, "Database": {"Type": DATABASE}}
    found = critical_path(assembly(tmp_path, {"late": ["early"]}, early=before, late=AIRFLOW))
    assert chain(tmp_path) == [("early/Database", 0), ("late/Airflow", 60)]
    assert (found.total, found.needed, found.is_short) == (160, 100, False)


def test_stacks_that_do_not_wait_run_beside_one_another(times: None, tmp_path: Path) -> None:
    found = critical_path(assembly(tmp_path, {}, one={"Database": {"Type": DATABASE}}, two=AIRFLOW))
    assert (found.total, found.is_short) == (100, True)


def test_what_waits_for_airflow_without_need_is_noticed(times: None, tmp_path: Path) -> None:
    after: Resources = {"Database": {"Type": DATABASE}}
    found = critical_path(assembly(tmp_path, {"late": ["early"]}, early=AIRFLOW, late=after))
    assert chain(tmp_path)[-1] == ("late/Database", 100)
    assert (found.ratio, found.is_short) == (1.6, False)


def test_a_published_value_is_needed_across_stacks(times: None, tmp_path: Path) -> None:
    published: Resources = {
        "Key": {"Type": KEY},
        "Told": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/keys/one", "Value": {"Ref": "Key"}}},
        "Database": {"Type": DATABASE},
    }
    reader: Resources = {"Airflow": {"Type": MWAA, "Properties": {"KmsKey": {"Ref": "Given"}}}}
    stacks = {"early": published, "late": reader}
    found = critical_path(assembly(tmp_path, {"late": ["early"]}, {"Given": "/keys/one"}, **stacks))
    assert (found.total, found.needed) == (160, 111)


def test_ways_out_are_needed_and_a_gateway_endpoint_is_a_route(times: None, tmp_path: Path) -> None:
    endpoints: Resources = {
        "Interface": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcEndpointType": "Interface"}},
        "Gateway": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcEndpointType": "Gateway"}},
    }
    found = critical_path(assembly(tmp_path, {"late": ["early"]}, early=endpoints, late=AIRFLOW))
    assert (found.total, found.needed) == (105, 105)
    del endpoints["Interface"]
    assert critical_path(assembly(tmp_path, {"late": ["early"]}, early=endpoints, late=AIRFLOW)).needed == 101


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every environment as it ships."""
    folder = tmp_path_factory.mktemp("environments")
    synthesize(ENVIRONMENTS.values(), folder)
    return folder


@pytest.mark.parametrize("mwaa_seconds", [1200, 1500, 1800])
@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_nothing_but_airflow_decides_how_long_a_deployment_takes(
    name: str, mwaa_seconds: int, environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # AWS documents 20 to 30 minutes: it must hold at both ends.
    table = {**creation_times(), MWAA: {"seconds": mwaa_seconds, "source": source(MWAA)}}
    monkeypatch.setattr(module, "creation_times", lambda: table)
    found = critical_path(environments / name)
    assert found.is_short, f"{found.ratio:.3f}: {found.chain}"
    assert found.chain[-1].kind == MWAA


def test_every_time_has_a_dated_source_or_says_that_it_is_an_estimate() -> None:
    for kind, entry in creation_times().items():
        assert entry["seconds"] > 0, kind
        told = entry["source"]
        assert re.match(r"(estimate|logs|MWAA user guide): \S", told), kind
        if told.startswith("logs"):
            measured = sorted(int(number) for number in re.findall(r"\d+", told.partition(" s")[0]))
            assert measured[0] <= entry["seconds"] <= max(measured[-1], 15), kind
