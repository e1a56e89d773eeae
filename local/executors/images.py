"""Container images as this machine knows them: the folder and the Dockerfile each is built from."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from common.errors import PlatformError

_ENTRYPOINT = re.compile(r"^ENTRYPOINT\s+(\[.*\])\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Image:
    """A build context as the CDK staged it, and the command that its Dockerfile starts."""

    folder: Path
    dockerfile: Path

    @property
    def entrypoint(self) -> list[str]:
        """The exec-form ENTRYPOINT; raises PlatformError when the Dockerfile has none."""
        found = _ENTRYPOINT.findall(self.dockerfile.read_text())
        if not found:
            raise PlatformError(f'{self.dockerfile}: has no ENTRYPOINT in exec form, ["program", "argument"]')
        command: list[str] = json.loads(found[-1])
        return command


def staged_images(assembly: Path) -> Mapping[str, Image]:
    """The images of a synthesized assembly by `repository:tag`, from its asset manifests."""
    images = {}
    for manifest in sorted(assembly.glob("*.assets.json")):
        for asset in json.loads(manifest.read_text()).get("dockerImages", {}).values():
            folder = assembly / asset["source"]["directory"]
            image = Image(folder, folder / asset["source"].get("dockerFile", "Dockerfile"))
            for target in asset["destinations"].values():
                images[f"{target['repositoryName']}:{target['imageTag']}"] = image
    return images
