"""A synthesized environment as a whole: its settings, the templates of all stacks and its container images."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checks.permissions.policies import Template
from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from jobs.contracts.authorities import BUNDLE
from jobs.contracts.pipeline import load_pipelines

#: The name of the checks that need more than one template, in findings.
ASSEMBLY = "assembly"

STARTUP_SCRIPT = "startup script of Airflow"

#: Assets with this folder hold code of jobs: the archive of Spark jobs, and the contexts of the images of jobs.
_CODE = Path("jobs", "contracts")
_TEMPLATE, _ASSETS = ".template.json", ".assets.json"


@dataclass(frozen=True, kw_only=True)
class ImageAsset:
    """A container image that a deployment builds; without `platform`, it is built for the processor of the builder."""

    name: str
    platform: str | None
    dockerfile: str


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """An environment: its templates by the purpose of the stack, its images by tag, the keys of its uploaded files.

    `job_code` has the modules in the archive of Spark jobs by path, `dependencies` the stacks before each stack.
    """

    config: PlatformConfig
    templates: Mapping[str, Template]
    images: Mapping[str, ImageAsset]
    files: frozenset[str] = frozenset()
    job_code: Mapping[str, str] = field(default_factory=dict)
    shipped: Mapping[str, str] = field(default_factory=dict)
    """The text by which each client learns of private authorities, by the name of its asset; empty without one."""
    dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)


def read_assembly(folder: Path, config: PlatformConfig) -> Assembly:
    """Read the cloud assembly that was synthesized for `config` with the pipelines of this repository."""
    prefix = f"{PlatformNames.of(config).prefix}-"
    templates = {
        path.name.removesuffix(_TEMPLATE).removeprefix(prefix): json.loads(path.read_text())
        for path in sorted(folder.glob(f"*{_TEMPLATE}"))
    }
    return Assembly(
        config=config.with_pipelines(load_pipelines()),
        templates=templates,
        images=_images(folder),
        files=_files(folder),
        job_code=read_job_code(folder),
        shipped=_shipped(folder),
        dependencies=_dependencies(folder, prefix),
    )


def read_job_code(folder: Path) -> dict[str, str]:
    """Read the modules in the archive of Spark jobs, which is the file asset with `jobs/spark`."""
    archives = [path.parents[1] for path in folder.glob("asset.*/jobs/spark")]
    return {str(path.relative_to(each)): path.read_text() for each in archives for path in each.rglob("*.py")}


def _dependencies(folder: Path, prefix: str) -> dict[str, frozenset[str]]:
    """Read which stacks are deployed before each stack, directly or because another one needs them."""
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    direct = {
        name.removeprefix(prefix): {each.removeprefix(prefix) for each in artifact.get("dependencies", ())}
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }

    def before(name: str) -> frozenset[str]:
        needed = direct[name] & direct.keys()
        return frozenset(needed.union(*map(before, needed)))

    return {name: before(name) for name in direct}


def _files(folder: Path) -> frozenset[str]:
    manifests = [json.loads(path.read_text()) for path in sorted(folder.glob(f"*{_ASSETS}"))]
    return frozenset(
        target["objectKey"]
        for manifest in manifests
        for asset in manifest.get("files", {}).values()
        for target in asset["destinations"].values()
    )


def _shipped(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for manifest in sorted(folder.glob(f"*{_ASSETS}")):
        content = json.loads(manifest.read_text())
        for asset in (*content.get("files", {}).values(), *content.get("dockerImages", {}).values()):
            path = folder / (asset["source"].get("path") or asset["source"]["directory"])
            bundle = path / _CODE / BUNDLE
            if path.suffix == ".sh":
                texts[STARTUP_SCRIPT] = path.read_text()
            elif bundle.parent.is_dir():
                texts[asset["displayName"]] = bundle.read_text() if bundle.exists() else ""
    return texts


def _images(folder: Path) -> dict[str, ImageAsset]:
    images: dict[str, ImageAsset] = {}
    for manifest in sorted(folder.glob(f"*{_ASSETS}")):
        for asset in json.loads(manifest.read_text()).get("dockerImages", {}).values():
            source = asset["source"]
            path = folder / source["directory"] / source.get("dockerFile", "Dockerfile")
            image = ImageAsset(name=asset["displayName"], platform=source.get("platform"), dockerfile=path.read_text())
            images |= {target["imageTag"]: image for target in asset["destinations"].values()}
    return images
