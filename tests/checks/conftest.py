import os
from pathlib import Path

import pytest

from infra.environments import ENVIRONMENTS
from infra.node_runtime import use_packaged_node

# Importing CDK starts Node, so the choice of Node comes first.
use_packaged_node(os.environ)

from checks.checked_synth import check  # noqa: E402
from checks.checks import CheckResult  # noqa: E402


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, CheckResult], Path]:
    """Every environment with every pipeline of the repository, synthesized once with every check on."""
    folder = tmp_path_factory.mktemp("checked")
    results = {result.environment: result for result in check(list(ENVIRONMENTS.values()), folder)}
    return results, folder
