"""Hadoop's file systems, which read every scheme and, unlike a Spark read, tell a missing path from other failures."""

from collections.abc import Iterator
from typing import Any

from pyspark.sql import SparkSession


def exists(spark: SparkSession, path: str) -> bool:
    """Whether a file or folder exists."""
    hadoop_path = _path(spark, path)
    return bool(_file_system(spark, hadoop_path).exists(hadoop_path))


def matching(spark: SparkSession, pattern: str) -> list[str]:
    """The paths of the files that match a path with `*`, sorted."""
    hadoop_path = _path(spark, pattern)
    found = _file_system(spark, hadoop_path).globStatus(hadoop_path) or ()
    return sorted(str(status.getPath().toString()) for status in found if status.isFile())


def first_lines(spark: SparkSession, path: str, encoding: str) -> Iterator[str]:
    """The lines of a text file, decompressed as its extension says."""
    context: Any = spark.sparkContext
    java = context._jvm
    hadoop_path = _path(spark, path)
    stream = _file_system(spark, hadoop_path).open(hadoop_path)
    codec = java.org.apache.hadoop.io.compress.CompressionCodecFactory(context._jsc.hadoopConfiguration())
    compression = codec.getCodec(hadoop_path)
    opened = stream if compression is None else compression.createInputStream(stream)
    reader = java.java.io.BufferedReader(java.java.io.InputStreamReader(opened, encoding))
    try:
        while (line := reader.readLine()) is not None:
            yield str(line)
    finally:
        reader.close()


def _path(spark: SparkSession, path: str) -> Any:
    java: Any = spark.sparkContext._jvm
    return java.org.apache.hadoop.fs.Path(path)


def _file_system(spark: SparkSession, hadoop_path: Any) -> Any:
    context: Any = spark.sparkContext
    return hadoop_path.getFileSystem(context._jsc.hadoopConfiguration())
