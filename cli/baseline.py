"""Agrees on what no deployment may change: the identity of what holds state, and the columns of feature groups."""

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from checks import feature_schema
from common.errors import PlatformError
from common.paths import REPOSITORY
from infra.environments import ENVIRONMENTS
from infra.node_runtime import use_packaged_node
from jobs.contracts.pipeline import load_pipeline, pipeline_names


def agree_on_baseline(console: Console) -> None:
    """Write what checks/ compares with; raises PlatformError when the old one cannot become the new one."""
    _agree_on_features(console)
    use_packaged_node(os.environ)
    sys.path.insert(0, str(REPOSITORY))
    # Importing CDK starts Node, so the choice of Node comes first.
    from checks import replacement  # noqa: PLC0415
    from stacks.synth import synthesize  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, console.status("synthesizing"):
        synthesize(ENVIRONMENTS.values(), Path(folder))
        now = {
            name: replacement.identities(Path(folder) / name, config.region) for name, config in ENVIRONMENTS.items()
        }
    entries = replacement.accepted()
    refused = [
        change
        for name, identities in now.items()
        for change in replacement.unaccepted(replacement.replacements(replacement.baseline(name), identities), entries)
    ]
    if refused:
        listed = "; ".join(map(str, refused[:5]))
        raise PlatformError(
            f"{len(refused)} replacements without an entry in checks/accepted_replacements.toml: {listed}"
        )
    for name, identities in now.items():
        console.print(f"{replacement.write_baseline(name, identities).relative_to(REPOSITORY)}: {len(identities)}")


def _agree_on_features(console: Console) -> None:
    asked = feature_schema.schemas(load_pipeline(name) for name in pipeline_names())
    refused = feature_schema.forbidden_changes(feature_schema.schema_baseline(), asked)
    if refused:
        raise PlatformError("; ".join(refused))
    console.print(f"{feature_schema.write_schema_baseline(asked).relative_to(REPOSITORY)}: {len(asked)}")
