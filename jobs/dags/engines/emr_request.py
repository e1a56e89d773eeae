"""RunJobFlow requests and Spark steps from the platform's settings."""

import json
from typing import Any

from jobs.contracts.settings import PlatformSettings, SettingsError
from jobs.dags.run import Run
from jobs.dags.spark_job import SparkJob

Request = dict[str, Any]

#: Without these settings a cluster is unencrypted, has no logs or cannot start.
_REQUIRED = ("ReleaseLabel", "ServiceRole", "JobFlowRole", "SecurityConfiguration", "LogUri", "Instances")
_MODES = ("transient", "persistent")


def is_persistent(settings: PlatformSettings) -> bool:
    """Whether steps run on a long-running cluster; raises SettingsError when the mode is unknown."""
    if settings.emr_mode not in _MODES:
        raise SettingsError(f"platform.emr_mode: {settings.emr_mode!r}; allowed are {list(_MODES)}")
    return settings.emr_mode == "persistent"


def job_flow(run: Run, *, name: str) -> Request:
    """The RunJobFlow request of a transient cluster that waits for steps.

    The environment's request decides how a cluster ends whose DAG does not terminate it: EMR's policies do not work in
    every network (infra/spark/spark_cluster.py).
    """
    base = _base(run.settings)
    tags = {tag["Key"]: tag["Value"] for tag in (*run.tags, *base.get("Tags", ()))}
    return {
        **base,
        "Name": name,
        "Instances": {**base["Instances"], "KeepJobFlowAliveWhenNoSteps": True, "TerminationProtected": False},
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


def spark_step(job: SparkJob) -> Request:
    """The step that runs the job by spark-submit; after a failure the teardown task terminates the cluster."""
    settings = job.run.settings
    return {
        "Name": job.module,
        "ActionOnFailure": "CONTINUE",
        "HadoopJarStep": {
            "Jar": "command-runner.jar",
            "Args": [
                *("spark-submit", "--deploy-mode", "client"),
                *(part for key, value in job.conf.items() for part in ("--conf", f"{key}={value}")),
                *("--py-files", settings.code_archive_uri, settings.code_entry_uri),
                *job.command,
            ],
        },
    }


def _base(settings: PlatformSettings) -> Request:
    try:
        base: Request = json.loads(settings.emr_job_flow)
    except json.JSONDecodeError as error:
        raise SettingsError(f"platform.emr_job_flow is not JSON ({error}); it is a RunJobFlow request") from error
    missing = [key for key in _REQUIRED if not base.get(key)]
    if missing:
        raise SettingsError(f"platform.emr_job_flow lacks {missing}; required are {list(_REQUIRED)}")
    return base
