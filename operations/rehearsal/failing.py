"""Add a resource that cannot be created to one stack of an assembly, so that the first creation of the stack fails."""

import json
import os
import shutil
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

#: CloudFormation waits one second for a signal that is never sent. The condition depends on all other resources, so
#: everything that the stack creates must be rolled back: the worst time for a failure.
FAILURE = "InjectedFailure"
_HANDLE = f"{FAILURE}Handle"


def with_failure(assembly: Path, target: Path, stack: str) -> Path:
    """Write a copy of the assembly to `target` in which the creation of `stack` fails; assets are hard links."""
    shutil.copytree(assembly, target, copy_function=os.link)
    path = target / f"{stack}.template.json"
    template = json.loads(path.read_text())
    template["Resources"] |= _failing(list(template["Resources"]))
    _write(path, json.dumps(template))
    _rename_template_asset(target, stack)
    return target


def creation_order(assembly: Path) -> list[str]:
    """Return the stacks of an assembly, each after those that it depends on."""
    stacks = {
        name: artifact
        for name, artifact in json.loads((assembly / "manifest.json").read_text())["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    graph = {
        name: sorted(set(artifact.get("dependencies", [])) & stacks.keys()) for name, artifact in sorted(stacks.items())
    }
    return list(TopologicalSorter(graph).static_order())


def _failing(others: list[str]) -> dict[str, Any]:
    return {
        _HANDLE: {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        FAILURE: {
            "Type": "AWS::CloudFormation::WaitCondition",
            "DependsOn": others,
            "Properties": {"Handle": {"Ref": _HANDLE}, "Timeout": "1"},
        },
    }


def _rename_template_asset(assembly: Path, stack: str) -> None:
    """Store the changed template under another key: the CLI uploads nothing to a key that exists."""
    manifest = assembly / "manifest.json"
    artifacts = json.loads(manifest.read_text())
    properties = artifacts["artifacts"][stack]["properties"]
    folder, _, key = properties["stackTemplateAssetObjectUrl"].rpartition("/")
    properties["stackTemplateAssetObjectUrl"] = f"{folder}/failing-{key}"
    _write(manifest, json.dumps(artifacts))
    assets = assembly / f"{stack}.assets.json"
    _write(assets, assets.read_text().replace(f'{key}"', f'failing-{key}"'))


def _write(path: Path, text: str) -> None:
    """Replace a file, which is a hard link to that of the unchanged assembly."""
    path.unlink()
    path.write_text(text)
