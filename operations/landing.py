"""Upload a pipeline's example data to the landing zone, as a source system would."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from jobs.contracts.pipeline import load_pipeline


def read_files(pipeline: str, months: Sequence[str]) -> Mapping[str, bytes]:
    """Return the example files of the months by object key.

    Raises ContractError for an unknown pipeline and for months without data.
    """
    name = load_pipeline(pipeline).name
    return dict(importlib.import_module(f"jobs.pipelines.{name}.landing").landing_files(months))


def land_files(s3: Any, bucket: str, files: Mapping[str, bytes]) -> int:
    """Upload the files unchanged and return their number."""
    for key, content in files.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return len(files)
