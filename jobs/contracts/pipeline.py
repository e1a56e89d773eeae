"""A pipeline as one value: everything that the platform knows about a use case."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword

from jobs.contracts.features import FeatureGroup
from jobs.contracts.goals import Goals
from jobs.contracts.job_settings import JobSettings, require_jobs
from jobs.contracts.model import ModelSpec
from jobs.contracts.partitions import Partitions
from jobs.contracts.schedule import Schedule
from jobs.contracts.sources import Source, quarantine_table
from jobs.contracts.splits import Splits
from jobs.contracts.tables import ContractError, Table

#: The longest name with which the names of all roles stay within IAM's 64 characters.
LONGEST_NAME = 24


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The declaration of one use case, from which catalog, feature groups, roles, DAGs and alarms are derived."""

    name: str
    description: str
    """The question that the model answers."""
    owner: str
    """The team that Airflow shows as owner of the DAGs."""
    alert_emails: tuple[str, ...] = ()
    """Who is notified of failed runs of this pipeline, beside the operators of the platform."""
    partitions: Partitions
    sources: tuple[Source, ...]
    """Referenced sources come before the sources that refer to them."""
    cleansed: tuple[Table, ...]
    feature_groups: tuple[FeatureGroup, ...]
    """In the order in which the data set joins them."""
    history_days: int
    """From how many days before an event time the features are computed."""
    model: ModelSpec
    dataset: Table
    predictions: Table
    goals: Goals
    splits: Splits
    schedule: Schedule
    jobs: Mapping[str, JobSettings] = field(default_factory=dict)
    """Settings of jobs that differ from those of the environment."""

    def __post_init__(self) -> None:
        require_name(self.name)
        if self.history_days < 0:
            raise ContractError(f"history_days {self.history_days}: allowed is 0 or more")
        require_jobs(self.jobs)
        self.goals.check(self.model, self.partitions.column)

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Sources first, then derived tables."""
        quarantine = tuple(quarantine_table(source) for source in self.sources)
        return (*self.sources, *quarantine, *self.cleansed, self.dataset, self.predictions)

    @property
    def dag_ids(self) -> tuple[str, str, str]:
        """The ids of the DAGs of data, training and scoring."""
        return (f"{self.name}_data", f"{self.name}_training", f"{self.name}_scoring")

    def source(self, name: str) -> Source:
        """The source of that name; raises ContractError if there is none."""
        for source in self.sources:
            if source.name == name:
                return source
        raise ContractError(f"{self.name} has no source {name!r}; sources are {[each.name for each in self.sources]}")


def require_name(name: str) -> None:
    """Raise ContractError unless a pipeline may have this name, which its folder and its resources get."""
    if not name.isidentifier() or not name.isascii() or name != name.lower() or "__" in f"_{name}_" or iskeyword(name):
        raise ContractError(f"pipeline name {name!r}: allowed are lower-case words joined by single underscores")
    if len(name) > LONGEST_NAME:
        raise ContractError(f"pipeline name {name!r} has {len(name)} characters; allowed are {LONGEST_NAME}")


def load_pipeline(name: str) -> Pipeline:
    """The pipeline declared as `PIPELINE` in `jobs/pipelines/<name>/pipeline.py`.

    Raises ContractError if there is no such folder, or if the value has another name than its folder.
    """
    known = pipeline_names()
    if name not in known:
        raise ContractError(f"unknown pipeline {name!r}; pipelines are {list(known)}")
    pipeline = getattr(importlib.import_module(f"jobs.pipelines.{name}.pipeline"), "PIPELINE", None)
    path = f"jobs/pipelines/{name}/pipeline.py"
    if not isinstance(pipeline, Pipeline):
        raise ContractError(f"{path}: PIPELINE is a {type(pipeline).__name__}; allowed is a Pipeline")
    if pipeline.name != name:
        raise ContractError(f"{path}: the pipeline is named {pipeline.name!r}; allowed is the name of its folder")
    return pipeline


def load_pipelines() -> tuple[Pipeline, ...]:
    """All pipelines of the repository; raises ContractError if two have names that AWS could not tell apart."""
    pipelines = tuple(load_pipeline(name) for name in pipeline_names())
    require_distinct(pipelines)
    return pipelines


def require_distinct(pipelines: Iterable[Pipeline]) -> None:
    """Raise ContractError if two pipelines, or feature groups of two, would give a resource the same name."""
    owners: dict[str, str] = {}
    for pipeline in pipelines:
        # Names of feature groups and offline tables join both parts, so `a_b` with `c` equals `a` with `b_c`.
        for name in (pipeline.name, *(f"{pipeline.name}_{group.name}" for group in pipeline.feature_groups)):
            if name in owners:
                raise ContractError(
                    f"pipelines {owners[name]!r} and {pipeline.name!r} both have resources named {name!r}; rename one"
                )
            owners[name] = pipeline.name


def pipeline_names() -> tuple[str, ...]:
    """The folders below `jobs/pipelines`, sorted."""
    package = importlib.import_module("jobs.pipelines")
    return tuple(sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg))
