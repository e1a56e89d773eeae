import json
from pathlib import Path
from typing import Any

import pytest

from infra.environments import DEV
from operations.rehearsal.stripping import strip_assembly
from stacks.synth import add_environment, new_app

Deployed = tuple[Path, dict[str, int]]


def templates(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.template.json"))]


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The part of dev that the rehearsal deploys on the emulator, and the resources left out."""
    folder = tmp_path_factory.mktemp("emulated")
    app = new_app(folder / "full")
    add_environment(app, DEV)
    app.synth()
    return folder / "stripped", strip_assembly(folder / "full", folder / "stripped")
