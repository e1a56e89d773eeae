"""Puts a pipeline's example data where a source system would: into the landing zone, file by file."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any


def read_files(pipeline: str, months: Sequence[str]) -> Mapping[str, bytes]:
    """The example files of the months by object key; raises ContractError for months the data does not have."""
    return dict(importlib.import_module(f"jobs.pipelines.{pipeline}.landing").landing_files(months))


def land_files(s3: Any, bucket: str, files: Mapping[str, bytes]) -> int:
    """Upload the files as they are; returns how many."""
    for key, content in files.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return len(files)
