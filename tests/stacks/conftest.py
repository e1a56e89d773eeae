import json
import os
from pathlib import Path
from typing import Any

import pytest

from infra.environments import DEV, ENVIRONMENTS
from infra.node_runtime import use_packaged_node

# Importing CDK starts Node, so the choice of Node comes first.
use_packaged_node(os.environ)

from stacks.synth import add_environment, new_app, synthesize  # noqa: E402
from tests.infra.pipelines import METERS  # noqa: E402

Templates = dict[str, dict[str, Any]]


def templates_in(folder: Path, prefix: str) -> Templates:
    """Return the templates of one environment by stack purpose, for example `network`."""
    return {
        path.name.removesuffix(".template.json").removeprefix(f"{prefix}-"): json.loads(path.read_text())
        for path in sorted(folder.glob("*.template.json"))
    }


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cloud assembly of dev with the small pipeline METERS, independent of the example pipeline."""
    folder = tmp_path_factory.mktemp("assembly")
    app = new_app(folder)
    add_environment(app, DEV, [METERS])
    app.synth()
    return folder


@pytest.fixture(scope="session")
def dev(assembly: Path) -> Templates:
    """The templates of `assembly`."""
    return templates_in(assembly, "mlops-dev")


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Templates]:
    """The templates of every environment with the pipelines of this repository."""
    folder = tmp_path_factory.mktemp("environments")
    synthesize(ENVIRONMENTS.values(), folder)
    return {name: templates_in(folder / name, f"mlops-{name}") for name in ENVIRONMENTS}
