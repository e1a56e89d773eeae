"""The engines of Spark jobs, and the interpreter, time limits and sizes that requests and templates share."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Self

from jobs.contracts.access import SPARK_JOBS
from jobs.contracts.tables import ContractError
from jobs.contracts.time_limits import TASK_MINUTES

#: The version of Spark of the images and releases that the platform allows.
SPARK_VERSION = "3.5"
#: The interpreter on EMR: the default python3 of the release is 3.9, jobs are written for 3.11.
PYTHON = "/usr/bin/python3.11"

#: The shortest limit: engines need minutes to start.
_LEAST_MINUTES = 5
#: A task must outlive its job by this much, so that it reports the end of the job.
_TASK_MARGIN_MINUTES = 30


class Engine(StrEnum):
    """A service that runs Spark jobs."""

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
    """The choices as `job=engine`, the form in which an Airflow option carries them."""
    return tuple(f"{job}={engine}" for job, engine in chosen.items())


def from_texts(texts: Iterable[str]) -> dict[str, Engine]:
    """Every Spark job with its engine, read from the output of `to_texts`."""
    return engines(dict(text.split("=", 1) for text in texts))


def require_minutes(name: str, minutes: int) -> None:
    """Raise ContractError for a time limit that the Airflow task of a job would not outlive."""
    longest = TASK_MINUTES - _TASK_MARGIN_MINUTES
    if not _LEAST_MINUTES <= minutes <= longest:
        raise ContractError(
            f"{name}: received {minutes}; allowed is {_LEAST_MINUTES} to {longest}, because an Airflow task ends "
            f"after {TASK_MINUTES} minutes"
        )


@dataclass(frozen=True, kw_only=True)
class RuntimeSettings:
    """The time limits and sizes of an environment's jobs.

    Raises ContractError for a time limit that the Airflow task would not outlive, and for sizes below 1.
    """

    spark_minutes: int = 240
    """The time limit of a Spark job on EMR, EMR Serverless, Glue and SageMaker Processing."""
    training_minutes: int = 120
    training_wait_minutes: int = 240
    """The time limit of a Spot training job including interruptions."""
    tuning_minutes: int = 240
    training_volume_gb: int = 30
    processing_volume_gb: int = 64
    processing_instances: int = 2

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_minutes"):
                require_minutes(f"runtime.{field.name}", value)
            if field.type is int and value < 1:
                raise ContractError(f"runtime.{field.name}: received {value}; allowed is 1 or more")
        if self.training_wait_minutes < self.training_minutes:
            raise ContractError(
                f"runtime.training_wait_minutes: received {self.training_wait_minutes}; allowed is at least "
                f"training_minutes, {self.training_minutes}"
            )

    def to_text(self) -> str:
        """The settings as JSON, the form in which an Airflow option carries them."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote; raises ContractError for other text."""
        try:
            return cls(**json.loads(text))
        except (TypeError, json.JSONDecodeError) as error:
            raise ContractError(f"runtime: {text!r} is not what RuntimeSettings.to_text writes ({error})") from error
