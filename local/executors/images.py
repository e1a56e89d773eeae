"""Container images of the synthesized assembly, each with its build context and Dockerfile."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from common.errors import PlatformError

_ENTRYPOINT = re.compile(r"^ENTRYPOINT\s+(\[.*\])\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Image:
    """An image: the build context that the CDK staged and its Dockerfile."""

    folder: Path
    dockerfile: Path

    @property
    def entrypoint(self) -> list[str]:
        """The last ENTRYPOINT in exec form; raises PlatformError if the Dockerfile has none."""
        entrypoints = _ENTRYPOINT.findall(self.dockerfile.read_text())
        if not entrypoints:
            raise PlatformError(
                f'{self.dockerfile} has no ENTRYPOINT in exec form; write it as ["program", "argument"]'
            )
        command: list[str] = json.loads(entrypoints[-1])
        return command


def staged_images(assembly: Path) -> Mapping[str, Image]:
    """Return the images of a synthesized assembly by `repository:tag`, read from its asset manifests."""
    images = {}
    for manifest in sorted(assembly.glob("*.assets.json")):
        for asset in json.loads(manifest.read_text()).get("dockerImages", {}).values():
            folder = assembly / asset["source"]["directory"]
            image = Image(folder, folder / asset["source"].get("dockerFile", "Dockerfile"))
            for target in asset["destinations"].values():
                images[f"{target['repositoryName']}:{target['imageTag']}"] = image
    return images
