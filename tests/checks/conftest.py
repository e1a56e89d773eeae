import json
import os
from pathlib import Path
from typing import Any

import pytest

from infra.node_runtime import use_packaged_node

# Importing CDK starts Node, so the choice of Node comes first.
use_packaged_node(os.environ)

from checks.variants import VARIANTS  # noqa: E402
from stacks.synth import app_for  # noqa: E402

Templates = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def variants(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The cloud assembly of every configuration with every pipeline, synthesized without checks."""
    folder = tmp_path_factory.mktemp("variants")
    return {name: Path(app_for(config, folder / name).synth().directory) for name, config in VARIANTS.items()}


@pytest.fixture(scope="session")
def variant_templates(variants: dict[str, Path]) -> dict[str, Templates]:
    """The templates of every configuration by file name."""
    return {
        name: {path.name: json.loads(path.read_text()) for path in sorted(folder.glob("*.template.json"))}
        for name, folder in variants.items()
    }
