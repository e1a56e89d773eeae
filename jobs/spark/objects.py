"""Reading and writing of small JSON objects in S3, such as reports and manifests, through Hadoop's file system.

The interpreter of jobs on EMR has no AWS SDK for Python; every engine has an S3 file system in its JVM.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from pyspark.sql import SparkSession

from jobs.contracts.tables import ContractError
from jobs.spark import hadoop

#: Write without looking for an existing object or for parent folders, which S3 does not have: one PUT request.
#: File systems other than S3A ignore this option (Hadoop 3.3.5, "S3A create performance").
_ONE_REQUEST = "fs.s3a.create.performance"


def write_json(spark: SparkSession, uri: str, value: object) -> None:
    """Write a value as JSON to an `s3://bucket/key` URI; raises ContractError for any other URI.

    S3 stores the object when the stream is closed, so readers see the whole object or the one before it.
    """
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc or not parts.path.lstrip("/"):
        raise ContractError(f"URI {uri!r} of an object: allowed is s3://bucket/key")
    body = json.dumps(value, indent=1).encode()
    context: Any = spark.sparkContext
    path = context._jvm.org.apache.hadoop.fs.Path(uri)
    builder = path.getFileSystem(context._jsc.hadoopConfiguration()).createFile(path)
    stream = builder.create().overwrite(True).recursive().opt(_ONE_REQUEST, True).build()
    # A stream whose write failed stays open: closing it would store the part that was written.
    stream.write(body)
    stream.close()


def read_json(spark: SparkSession, uri: str) -> Any:
    """The value of a JSON object; raises ContractError when the object does not exist or is no JSON."""
    if not hadoop.exists(spark, uri):
        raise ContractError(f"no object at {uri}; run the job that writes it first")
    (row,) = spark.read.text(uri, wholetext=True).collect()
    try:
        return json.loads(row["value"])
    except ValueError as error:
        raise ContractError(f"object {uri} is no JSON: {error}; run the job that writes it again") from error
