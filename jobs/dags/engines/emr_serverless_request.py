"""The StartJobRun request of a Spark job on EMR Serverless."""

from typing import Any

from jobs.dags.spark_job import SparkJob

Request = dict[str, Any]

#: The Iceberg library that EMR Serverless ships (EMR Serverless user guide, using Apache Iceberg).
_ICEBERG = "/usr/share/aws/iceberg/lib/iceberg-spark3-runtime.jar"


def emr_serverless_run(job: SparkJob, *, name: str) -> Request:
    """A run on the application; `name` differs in each try of a task, so a repeated request starts no second run."""
    settings = job.run.settings
    # No setting names an interpreter: jobs/main.py finds the required one, whether or not settings would reach it.
    conf = {"spark.jars": _ICEBERG, **job.conf}
    parameters = [f"--conf {key}={value}" for key, value in conf.items()]
    return {
        "clientToken": name,
        "name": name,
        "executionRoleArn": job.role_arn,
        "executionTimeoutMinutes": job.run.spark_minutes(job.module),
        "jobDriver": {
            "sparkSubmit": {
                "entryPoint": settings.code_entry_uri,
                "entryPointArguments": list(job.command),
                "sparkSubmitParameters": " ".join([*parameters, f"--py-files {settings.code_archive_uri}"]),
            }
        },
        "tags": {tag["Key"]: tag["Value"] for tag in job.run.tags},
    }
