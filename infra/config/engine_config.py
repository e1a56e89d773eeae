"""The engine of each Spark job, the settings of AWS Glue and the limits of jobs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from infra.config.validation import ConfigError, require_between, require_one_of
from jobs.contracts.access import SPARK_JOBS, JobKind
from jobs.contracts.engines import Engine, RuntimeSettings, engines
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import ContractError

#: Glue versions with Spark 3.5, as EMR has here; version 6 has Spark 4 (Glue developer guide, read 2026-11-23).
GLUE_VERSIONS = ("5.0", "5.1")
#: Worker types: G.1X has 4 vCPU and 16 GB, each following type twice as much (Glue developer guide).
GLUE_WORKERS = ("G.1X", "G.2X", "G.4X", "G.8X")


@dataclass(frozen=True, kw_only=True)
class EngineConfig:
    """The engine of each Spark job, EMR on EC2 unless `jobs` says otherwise, and the sizes of the serverless ones.

    SageMaker's Spark image has no Iceberg: an operator places the jars in the artifacts bucket, see
    docs/decisions/spark.md#one-setting-moves-a-spark-job-to-another-engine.
    """

    jobs: Mapping[str, str] = field(default_factory=dict)
    glue_version: str = "5.1"
    glue_worker: str = "G.1X"
    glue_workers: int = 4
    runtime: RuntimeSettings = field(default_factory=RuntimeSettings)
    own: frozenset[tuple[str, Engine]] = frozenset()
    """The jobs and engines that pipelines choose for themselves, see `with_pipelines`."""

    def __post_init__(self) -> None:
        try:
            engines(self.jobs)
        except ContractError as error:
            raise ConfigError(f"engines.jobs: {error}") from error
        require_one_of("engines.glue_version", self.glue_version, GLUE_VERSIONS)
        require_one_of("engines.glue_worker", self.glue_worker, GLUE_WORKERS)
        require_between("engines.glue_workers", self.glue_workers, 2, 299)

    @property
    def by_job(self) -> dict[str, Engine]:
        """Every Spark job with its engine."""
        return engines(self.jobs)

    def engine_of(self, kind: JobKind) -> Engine:
        """The engine of the Spark job with that kind; EMR for job kinds that are not Spark jobs."""
        return next((self.by_job[job] for job, other in SPARK_JOBS.items() if other is kind), Engine.EMR)

    def jobs_on(self, engine: Engine) -> tuple[str, ...]:
        """The Spark jobs that run on an engine, in at least one pipeline."""
        return tuple(job for job, chosen in self.by_job.items() if chosen is engine or (job, engine) in self.own)

    @property
    def used(self) -> tuple[Engine, ...]:
        """The engines that run at least one job."""
        return tuple(engine for engine in Engine if self.jobs_on(engine))

    def with_pipelines(self, pipelines: Iterable[Pipeline]) -> Self:
        """These settings for what all pipelines share, with the engines that single pipelines choose."""
        own = {choice for pipeline in pipelines for choice in _chosen(pipeline).items()}
        return replace(self, own=frozenset(own))

    def of_pipeline(self, pipeline: Pipeline) -> Self:
        """These settings for what belongs to one pipeline: its choices take the place of the environment's."""
        return replace(self, jobs={**self.jobs, **_chosen(pipeline)}, own=frozenset())


def _chosen(pipeline: Pipeline) -> dict[str, Engine]:
    return {name: job.engine for name, job in pipeline.jobs.items() if job.engine}
