"""What a pipeline says of its model: features, label, goals and the cost of mistakes."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from jobs.contracts.pipeline import load_pipeline
from jobs.contracts.tables import Zone
from jobs.training.errors import TrainingError

Cost = Callable[..., float]
_GOAL = "MINIMUM_"


@dataclass(frozen=True, kw_only=True)
class Specification:
    """The model part of one pipeline; features in the order the model reads them."""

    pipeline: str
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    label: str
    identifier: str
    event_time: str
    minimums: dict[str, float]
    """Goals: metric to the least value that lets a model be used."""
    cost: Cost
    """Total cost of `missed` positives and `false_alarms`."""

    @property
    def features(self) -> tuple[str, ...]:
        """Numeric features, then categorical ones."""
        return (*self.numeric, *self.categorical)


def load_specification(pipeline: str) -> Specification:
    """Read `model.py` and `goals.py` of a pipeline; raises on an unknown pipeline or an incomplete module."""
    declared = load_pipeline(pipeline)
    model, goals = (importlib.import_module(f"jobs.pipelines.{pipeline}.{name}") for name in ("model", "goals"))
    event_times = [table.event_time for table in declared.tables if table.zone is Zone.DATASETS and table.event_time]
    if not event_times:
        raise TrainingError(f"pipeline {pipeline}: no table of zone datasets names its event_time; declare one")
    specification = Specification(
        pipeline=pipeline,
        numeric=tuple(_attribute(model, "NUMERIC_FEATURES")),
        categorical=tuple(_attribute(model, "CATEGORICAL_FEATURES")),
        label=_attribute(model, "LABEL"),
        identifier=_attribute(model, "IDENTIFIER"),
        event_time=event_times[0],
        minimums={name.removeprefix(_GOAL).lower(): value for name, value in _goals(goals)},
        cost=_attribute(goals, "cost_of_mistakes"),
    )
    if not specification.features:
        raise TrainingError(f"pipeline {pipeline}: model.py names no features; at least one is needed")
    return specification


def _goals(module: ModuleType) -> list[tuple[str, float]]:
    return [(name, value) for name, value in vars(module).items() if name.startswith(_GOAL)]


def _attribute(module: ModuleType, name: str) -> Any:
    if not hasattr(module, name):
        raise TrainingError(f"{module.__name__} does not declare {name}, which training needs")
    return getattr(module, name)
