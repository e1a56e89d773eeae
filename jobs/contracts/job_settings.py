"""Engine, size and time limit of single jobs of a pipeline, where they differ from the environment's."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.contracts.access import SPARK_JOBS
from jobs.contracts.engines import Engine, require_minutes
from jobs.contracts.tables import ContractError

#: The SageMaker jobs of the training and scoring DAGs.
TUNE, TRAIN, TRANSFORM = "tune", "train", "transform"
CONTAINER_JOBS = (TUNE, TRAIN, TRANSFORM)


@dataclass(frozen=True, kw_only=True)
class JobSettings:
    """What a job needs beside the environment's settings; None keeps the environment's value."""

    engine: Engine | None = None
    """The engine of a Spark job."""
    minutes: int | None = None
    """The time limit; that of `tune` is for all trials together."""
    instance_type: str | None = None
    """The instance type of a SageMaker job; that of `tune` is for each trial."""
    instances: int | None = None
    """The number of instances of a SageMaker job that can share its work: a Spark job or `transform`."""

    def __post_init__(self) -> None:
        if self.engine is not None and self.engine not in list(Engine):
            raise ContractError(f"engine {self.engine!r} is unknown; allowed are {[str(each) for each in Engine]}")
        if self.minutes is not None:
            require_minutes("minutes", self.minutes)
        if self.instances is not None and self.instances < 1:
            raise ContractError(f"instances {self.instances}: allowed is 1 or more")
        if self.instance_type is not None and not self.instance_type.startswith("ml."):
            raise ContractError(
                f"instance type {self.instance_type!r}: allowed is a SageMaker type such as ml.m5.xlarge"
            )


def require_jobs(jobs: Mapping[str, JobSettings]) -> None:
    """Raise ContractError unless every name is a job, and each job can have what is set for it."""
    known = [*SPARK_JOBS, *CONTAINER_JOBS]
    unknown = sorted(set(jobs) - set(known))
    if unknown:
        raise ContractError(f"settings of jobs {unknown}: jobs are {known}")
    for name, job in jobs.items():
        is_spark = name in SPARK_JOBS
        if job.engine and not is_spark:
            raise ContractError(f"job {name}: engine {job.engine}; only {list(SPARK_JOBS)} run on an engine of choice")
        if is_spark and (job.instance_type or job.instances) and job.engine is not Engine.SAGEMAKER:
            raise ContractError(
                f"job {name}: instance type and instances belong to engine {Engine.SAGEMAKER}; received engine "
                f"{job.engine or 'of the environment'}: set the engine too, or leave both out"
            )
        if name in (TUNE, TRAIN) and job.instances:
            raise ContractError(
                f"job {name}: instances {job.instances}; a training runs on one instance: choose a larger "
                "instance_type instead"
            )
