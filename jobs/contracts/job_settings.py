"""Engine, size and time limit of single jobs of a pipeline, where they differ from the environment's."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.contracts.access import SPARK_JOBS
from jobs.contracts.engines import Engine
from jobs.contracts.tables import ContractError

#: The SageMaker jobs of the training and scoring DAGs.
CONTAINER_JOBS = ("tune", "train", "transform")


@dataclass(frozen=True, kw_only=True)
class JobSettings:
    """What a job needs beside the environment's settings; None keeps the environment's value."""

    engine: Engine | None = None
    """The engine of a Spark job."""
    minutes: int | None = None
    """The time limit."""
    instance_type: str | None = None
    """The instance type of a SageMaker job."""
    instances: int | None = None
    """The number of instances of a SageMaker job."""

    def __post_init__(self) -> None:
        if self.engine is not None and self.engine not in list(Engine):
            raise ContractError(f"engine {self.engine!r} is unknown; allowed are {[str(each) for each in Engine]}")
        for name in ("minutes", "instances"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ContractError(f"{name} {value}: allowed is 1 or more")
        if self.instance_type is not None and not self.instance_type.startswith("ml."):
            raise ContractError(
                f"instance type {self.instance_type!r}: allowed is a SageMaker type such as ml.m5.xlarge"
            )


def require_jobs(jobs: Mapping[str, JobSettings]) -> None:
    """Raise ContractError unless every name is a job, and only Spark jobs have an engine."""
    known = [*SPARK_JOBS, *CONTAINER_JOBS]
    unknown = sorted(set(jobs) - set(known))
    if unknown:
        raise ContractError(f"settings of jobs {unknown}: jobs are {known}")
    wrong = sorted(name for name, each in jobs.items() if each.engine and name not in SPARK_JOBS)
    if wrong:
        raise ContractError(f"engines of jobs {wrong}: only {list(SPARK_JOBS)} run on an engine of choice")
