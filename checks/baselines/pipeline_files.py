"""The baselines of a pipeline, which are committed in its folder and disappear with it.

A pipeline without them is new: nothing of it was deployed, so no change of it can lose anything.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.errors import PlatformError
from jobs.contracts.pipeline import pipeline_names
from jobs.pipeline_check.folder import PipelineFolder

FIELD_IDS, FEATURE_SCHEMA, IDENTITIES = FILES = ("field_ids.json", "feature_schema.json", "identities.json")
_FOLDER = "baseline"


def committed(file: str) -> dict[str, dict[str, Any]]:
    """The content of one file of each pipeline that has it."""
    paths = {name: _path(name, file) for name in pipeline_names()}
    return {name: json.loads(path.read_text()) for name, path in paths.items() if path.exists()}


def write(pipeline: str, file: str, content: Mapping[str, Any]) -> Path:
    """Replace the content of one file of a pipeline."""
    path = _path(pipeline, file)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
    return path


def require_baselines() -> None:
    """Raise PlatformError if a pipeline lacks a baseline: a later change could then lose its data unnoticed."""
    missing = [
        f"jobs/pipelines/{name}/{_FOLDER}/{file}"
        for name in pipeline_names()
        for file in FILES
        if not _path(name, file).exists()
    ]
    if missing:
        raise PlatformError(
            f"missing baselines: {', '.join(missing)}; a later change could lose deployed data unnoticed without them, "
            "so run `make baseline` and commit what it writes"
        )


def _path(pipeline: str, file: str) -> Path:
    return PipelineFolder.of(pipeline).root / _FOLDER / file
