"""Upload a pipeline's example data to the landing zone, as a source system would."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any


def read_files(pipeline: str, months: Sequence[str]) -> Mapping[str, bytes]:
    """Return the example files of the months by object key; raises ContractError for months without data."""
    return dict(importlib.import_module(f"jobs.pipelines.{pipeline}.landing").landing_files(months))


def land_files(s3: Any, bucket: str, files: Mapping[str, bytes]) -> int:
    """Upload the files unchanged and return their number."""
    for key, content in files.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return len(files)
