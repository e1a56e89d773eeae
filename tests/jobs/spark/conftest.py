from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession


@pytest.fixture
def mount_bucket(spark: SparkSession, tmp_path: Path) -> Callable[[str], Path]:
    """Serves a bucket at `s3://` URIs of the session from a folder, and returns the folder."""

    def mount(bucket: str) -> Path:
        folder = tmp_path / bucket
        folder.mkdir()
        context: Any = spark.sparkContext
        conf = context._jsc.hadoopConfiguration()
        conf.set("fs.s3.impl", "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme")
        conf.set("fs.viewfs.overload.scheme.target.file.impl", "org.apache.hadoop.fs.LocalFileSystem")
        conf.set(f"fs.viewfs.mounttable.{bucket}.linkFallback", folder.as_uri())
        # Hadoop would return the file system of an earlier test for the same bucket.
        conf.set("fs.s3.impl.disable.cache", "true")
        return folder

    return mount
