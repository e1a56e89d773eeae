"""Upload a pipeline's example data to the landing zone, as a source system would."""

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any

from jobs.contracts.pipeline import load_pipeline
from jobs.contracts.tables import ContractError


def read_files(pipeline: str, first: str, last: str) -> Mapping[str, bytes]:
    """Return the example files from the first to the last partition, both included, by object key.

    Raises ContractError for an unknown pipeline, for one without example data, and for partitions without data.
    """
    declared = load_pipeline(pipeline)
    span = declared.partitions.span(f"{first}:{last}")
    module = f"jobs.pipelines.{declared.name}.landing"
    if importlib.util.find_spec(module) is None:
        raise ContractError(
            f"pipeline {declared.name} has no example data; define landing_files(first, last) in "
            f"{module.replace('.', '/')}.py, or land its files yourself"
        )
    return dict(importlib.import_module(module).landing_files(span.first, span.last))


def land_files(s3: Any, bucket: str, files: Mapping[str, bytes]) -> int:
    """Upload the files unchanged and return their number."""
    for key, content in files.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return len(files)
