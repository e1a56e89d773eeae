"""A Spark job of a run, with the arguments and Spark settings that every engine passes to it."""

from dataclasses import dataclass

from jobs.contracts.access import spark_kind
from jobs.contracts.iceberg import iceberg_conf
from jobs.dags.run import Run


@dataclass(frozen=True)
class SparkJob:
    """A module of `jobs.spark` with its arguments in a run."""

    run: Run
    module: str
    arguments: tuple[str, ...]

    @property
    def role_arn(self) -> str:
        """The role that jobs of this kind run under, on every engine."""
        return self.run.names.job_role_arn(self.run.pipeline.name, spark_kind(self.module))

    @property
    def command(self) -> tuple[str, ...]:
        """The arguments of the entry point."""
        settings = self.run.settings
        return (
            *(f"jobs.spark.{self.module}", "--environment", settings.environment, "--account", settings.account),
            *("--region", settings.region, "--pipeline", self.run.pipeline.name, "--run-id", self.run.key),
            *self.arguments,
        )

    @property
    def conf(self) -> dict[str, str]:
        """The Spark settings of the lake's catalog."""
        return iceberg_conf(self.run.names)


def spark_job(run: Run, module: str, *arguments: str) -> SparkJob:
    """A job of a run."""
    return SparkJob(run, module, arguments)
