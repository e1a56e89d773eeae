"""A pipeline as one value: its tables, feature groups, model and goals."""

import importlib
import pkgutil
from dataclasses import dataclass

from jobs.contracts.features import FeatureGroup
from jobs.contracts.goals import Goals
from jobs.contracts.model import ModelSpec
from jobs.contracts.tables import ContractError, Table


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The declaration of one use case, from which catalog, feature groups, roles and DAGs are derived."""

    name: str
    description: str
    sources: tuple[Table, ...]
    tables: tuple[Table, ...]
    feature_groups: tuple[FeatureGroup, ...]
    model: ModelSpec
    goals: Goals

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name != self.name.lower():
            raise ContractError(f"pipeline name {self.name!r}: allowed are lower-case identifiers")

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Sources first, then derived tables."""
        return (*self.sources, *self.tables)

    def source(self, name: str) -> Table:
        """The source table of that name; raises ContractError if there is none."""
        for table in self.sources:
            if table.name == name:
                return table
        raise ContractError(f"{self.name} has no source {name!r}; sources are {[t.name for t in self.sources]}")


def load_pipeline(name: str) -> Pipeline:
    """The pipeline declared as `PIPELINE` in `jobs/pipelines/<name>/datasets.py`."""
    known = pipeline_names()
    if name not in known:
        raise ContractError(f"unknown pipeline {name!r}; pipelines are {list(known)}")
    pipeline = importlib.import_module(f"jobs.pipelines.{name}.datasets").PIPELINE
    if not isinstance(pipeline, Pipeline):
        raise ContractError(
            f"jobs/pipelines/{name}/datasets.py: PIPELINE is a {type(pipeline).__name__}, not a Pipeline"
        )
    return pipeline


def pipeline_names() -> tuple[str, ...]:
    """The folders below `jobs/pipelines`, sorted."""
    package = importlib.import_module("jobs.pipelines")
    return tuple(sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg))
