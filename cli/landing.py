"""Puts a pipeline's example data where a source system would: into the landing zone, file by file."""

import importlib
from collections.abc import Sequence
from typing import Any


def land_files(s3: Any, bucket: str, pipeline: str, months: Sequence[str]) -> int:
    """Upload the files of the months as they are, ; returns how many."""
    source = importlib.import_module(f"jobs.pipelines.{pipeline}.landing")
    count = 0
    for key, content in source.landing_files(months):
        s3.put_object(Bucket=bucket, Key=key, Body=content)
        count += 1
    return count
