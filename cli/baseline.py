"""Agrees on what the templates now identify as irreplaceable, unless a replacement nobody decided on is among it."""

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from embedded.errors import EmbeddedError
from embedded.paths import REPOSITORY
from infra.environments import ENVIRONMENTS
from infra.node_runtime import use_packaged_node


def agree_on_baseline(console: Console) -> None:
    """Write checks/baseline/; raises EmbeddedError, and writes nothing, when a replacement has no entry."""
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
        raise EmbeddedError(
            f"{len(refused)} replacements without an entry in checks/accepted_replacements.toml: {listed}"
        )
    for name, identities in now.items():
        console.print(f"{replacement.write_baseline(name, identities).relative_to(REPOSITORY)}: {len(identities)}")
