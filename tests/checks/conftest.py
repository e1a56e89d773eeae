import os
from pathlib import Path

import pytest

from infra.node_runtime import use_packaged_node

# Importing CDK starts Node, so the choice of Node comes first.
use_packaged_node(os.environ)

from checks.variants import VARIANTS  # noqa: E402
from checks.verify import Verification, verify  # noqa: E402


@pytest.fixture(scope="session")
def verified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Verification, Path]:
    """Every configuration with every pipeline of the repository, judged once by every check."""
    folder = tmp_path_factory.mktemp("verified")
    return verify(VARIANTS, folder), folder
