"""The StartJobRun request of a Spark job on Glue."""

import shlex
from typing import Any

from jobs.dags.spark_job import SparkJob

Request = dict[str, Any]


def glue_run(job: SparkJob) -> Request:
    """A run of the module's Glue job, whose role, size and code the stack defines; the run adds arguments and limit."""
    return {
        "JobName": job.run.names.glue_job(job.run.pipeline.name, job.module),
        "Arguments": {"--job_command": shlex.join(job.command)},
        "Timeout": job.run.spark_minutes(job.module),
    }
