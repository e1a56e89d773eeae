import json
from pathlib import Path

from operations.rehearsal.failing import FAILURE, creation_order, with_failure
from tests.operations.rehearsal.conftest import Deployed

TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts"}}
BUCKET, FOLDER = "s3://cdk-hnb659fds-assets-111111111111-us-east-1", "mlops-dev"


def artifact(name: str, *dependencies: str) -> dict[str, object]:
    """The entry of a stack in the manifest of an assembly."""
    properties = {
        "templateFile": f"{name}.template.json",
        "stackTemplateAssetObjectUrl": f"{BUCKET}/{FOLDER}/{name}.json",
    }
    return {"type": "aws:cloudformation:stack", "properties": properties, "dependencies": list(dependencies)}


def assembly(folder: Path) -> Path:
    """An assembly of two stacks, of which the first in the alphabet depends on the other."""
    folder.mkdir()
    assets = {"type": "cdk:asset-manifest", "properties": {}}
    artifacts = {"a": artifact("a", "a.assets", "z"), "a.assets": assets, "z": artifact("z")}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    for stack in ("a", "z"):
        (folder / f"{stack}.template.json").write_text(json.dumps({"Resources": {"Topic": TOPIC}}))
        destinations = {"here": {"objectKey": f"{FOLDER}/{stack}.json"}}
        (folder / f"{stack}.assets.json").write_text(json.dumps({"files": {stack: {"destinations": destinations}}}))
    return folder


def test_stacks_come_after_their_dependencies(tmp_path: Path, deployed: Deployed) -> None:
    assert creation_order(assembly(tmp_path / "small")) == ["z", "a"]
    order = creation_order(deployed[0])
    assert order.index("mlops-dev-keys") < order.index("mlops-dev-data") < order.index("mlops-dev-compute")


def test_the_failure_comes_after_every_other_resource_of_one_stack(tmp_path: Path) -> None:
    source = assembly(tmp_path / "source")
    failing = with_failure(source, tmp_path / "failing", "a")

    resources = json.loads((failing / "a.template.json").read_text())["Resources"]
    assert resources["Topic"] == TOPIC
    assert resources[FAILURE]["DependsOn"] == ["Topic"]
    for stack in ("source/a", "source/z", "failing/z"):
        assert FAILURE not in (tmp_path / f"{stack}.template.json").read_text()


def test_the_changed_template_is_uploaded_under_a_key_of_its_own(tmp_path: Path) -> None:
    source = assembly(tmp_path / "source")
    failing = with_failure(source, tmp_path / "failing", "a")

    keys = {}
    for folder in (source, failing):
        properties = json.loads((folder / "manifest.json").read_text())["artifacts"]["a"]["properties"]
        url = properties["stackTemplateAssetObjectUrl"]
        asset = json.loads((folder / "a.assets.json").read_text())["files"]["a"]["destinations"]["here"]
        assert url == f"{BUCKET}/{asset['objectKey']}"
        keys[folder] = asset["objectKey"]
    assert keys == {source: "mlops-dev/a.json", failing: "mlops-dev/failing-a.json"}
