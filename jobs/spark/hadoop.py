"""Hadoop's file systems, which read every scheme and, unlike a Spark read, tell a missing path from other failures."""

from typing import Any

from pyspark.sql import SparkSession


def exists(spark: SparkSession, path: str) -> bool:
    """Whether a file or folder exists."""
    hadoop_path = _path(spark, path)
    return bool(_file_system(spark, hadoop_path).exists(hadoop_path))


def matching(spark: SparkSession, pattern: str) -> dict[str, int]:
    """The paths of the files that match a path with `*`, sorted, with their sizes in bytes.

    Spark reads no file whose name begins with `_` or `.`, such as `_SUCCESS`.
    """
    hadoop_path = _path(spark, pattern)
    found = _file_system(spark, hadoop_path).globStatus(hadoop_path) or ()
    return dict(sorted((str(each.getPath().toString()), int(each.getLen())) for each in found if _is_read(each)))


def _is_read(status: Any) -> bool:
    return bool(status.isFile()) and not str(status.getPath().getName()).startswith(("_", "."))


def _path(spark: SparkSession, path: str) -> Any:
    java: Any = spark.sparkContext._jvm
    return java.org.apache.hadoop.fs.Path(path)


def _file_system(spark: SparkSession, hadoop_path: Any) -> Any:
    context: Any = spark.sparkContext
    return hadoop_path.getFileSystem(context._jsc.hadoopConfiguration())
