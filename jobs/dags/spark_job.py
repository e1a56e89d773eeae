"""A Spark job as DAGs name it, and the settings that all engines pass to it."""

from dataclasses import dataclass

from jobs.contracts.access import Folder, spark_kind
from jobs.contracts.iceberg import iceberg_conf
from jobs.contracts.tables import Zone
from jobs.dags.run import Run

MAX_RUN_SECONDS = 4 * 3600
#: The release's default python3 is 3.9; jobs are written for the 3.11 installed beside it.
PYTHON = "/usr/bin/python3.11"


@dataclass(frozen=True)
class SparkJob:
    """A module of `jobs.spark` in a run, with its own arguments."""

    run: Run
    module: str
    arguments: tuple[str, ...]

    @property
    def role_arn(self) -> str:
        """The role its kind of job runs under, on every engine."""
        return self.run.names.role_arn(spark_kind(self.module))

    @property
    def command(self) -> tuple[str, ...]:
        """What the entry point is called with."""
        settings = self.run.settings
        return (
            *(f"jobs.spark.{self.module}", "--environment", settings.environment, "--account", settings.account),
            *("--region", settings.region, "--pipeline", self.run.pipeline, "--run-id", self.run.key),
            *self.arguments,
        )

    @property
    def conf(self) -> dict[str, str]:
        """Spark's settings of the lake."""
        return iceberg_conf(
            warehouse=self.run.names.uri(Zone.ARTIFACTS, Folder.WAREHOUSE), region=self.run.settings.region
        )


def spark_job(run: Run, module: str, *arguments: str) -> SparkJob:
    """A job of a run."""
    return SparkJob(run, module, arguments)
