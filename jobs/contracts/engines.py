"""The engines of Spark jobs; which one runs a job is one setting per job."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from jobs.contracts.access import SPARK_JOBS
from jobs.contracts.tables import ContractError


class Engine(StrEnum):
    """Where a Spark job may run."""

    EMR = "emr"
    EMR_SERVERLESS = "emr-serverless"
    GLUE = "glue"
    SAGEMAKER = "sagemaker"


def engines(chosen: Mapping[str, str]) -> dict[str, Engine]:
    """Every Spark job with its engine, EMR unless chosen; raises ContractError for an unknown job or engine."""
    unknown = sorted(set(chosen) - set(SPARK_JOBS))
    if unknown:
        raise ContractError(f"engines of jobs {unknown}: jobs are {sorted(SPARK_JOBS)}")
    wrong = sorted({engine for engine in chosen.values() if engine not in list(Engine)})
    if wrong:
        raise ContractError(f"engines {wrong} of jobs: engines are {[str(engine) for engine in Engine]}")
    return {job: Engine(chosen.get(job, Engine.EMR)) for job in SPARK_JOBS}


def to_texts(chosen: Mapping[str, str]) -> tuple[str, ...]:
    """The choices as `job=engine`, the form in which settings carry them."""
    return tuple(f"{job}={engine}" for job, engine in chosen.items())


def from_texts(texts: Iterable[str]) -> dict[str, Engine]:
    """Every Spark job with its engine, from what `to_texts` wrote."""
    return engines(dict(text.split("=", 1) for text in texts))
