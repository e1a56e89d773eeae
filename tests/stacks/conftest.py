import json
import os
from pathlib import Path
from typing import Any

import pytest

from infra.environments import DEV, ENVIRONMENTS
from infra.node_runtime import use_packaged_node

# Importing CDK starts Node, so the choice of Node comes first.
use_packaged_node(os.environ)

from infra.checks import CheckResult  # noqa: E402
from stacks.checked_synth import check  # noqa: E402
from stacks.synth import add_environment, new_app  # noqa: E402
from tests.infra.pipelines import METERS  # noqa: E402

Templates = dict[str, dict[str, Any]]


def templates_in(folder: Path, prefix: str) -> Templates:
    """The templates of one environment by the purpose of their stack."""
    return {
        path.name.removesuffix(".template.json").removeprefix(f"{prefix}-"): json.loads(path.read_text())
        for path in sorted(folder.glob("*.template.json"))
    }


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Development with one small pipeline, which the example's contract does not change."""
    folder = tmp_path_factory.mktemp("assembly")
    app = new_app(folder)
    add_environment(app, DEV, [METERS])
    app.synth()
    return folder


@pytest.fixture(scope="session")
def dev(assembly: Path) -> Templates:
    return templates_in(assembly, "mlops-dev")


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, CheckResult], Path]:
    """Every environment with every pipeline of the repository, synthesized once with every check on."""
    folder = tmp_path_factory.mktemp("checked")
    results = {result.environment: result for result in check(list(ENVIRONMENTS.values()), folder)}
    return results, folder


@pytest.fixture(scope="session")
def environments(checked: tuple[dict[str, CheckResult], Path]) -> dict[str, Templates]:
    """The templates of every environment as they ship."""
    return {name: templates_in(checked[1] / name, f"mlops-{name}") for name in checked[0]}
