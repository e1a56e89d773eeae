"""Loads the transforms of a pipeline, which Spark jobs call."""

import importlib
from collections.abc import Mapping
from datetime import date
from typing import Protocol, cast

from pyspark.sql import DataFrame

from jobs.contracts.tables import ContractError


class Transforms(Protocol):
    """The functions that `jobs/pipelines/<name>/transforms` must define; they have no side effects."""

    def cleanse(self, raw: Mapping[str, DataFrame], /) -> dict[str, DataFrame]:
        """Cleansed tables by name, each with an array column `treatments` of `column: treatment`."""
        ...

    def features(
        self, cleansed: Mapping[str, DataFrame], /, *, first_day: date, last_day: date
    ) -> dict[str, DataFrame]:
        """Rows by feature group, with event times from the first to the last UTC day, both included."""
        ...

    def spine(self, cleansed: Mapping[str, DataFrame], /) -> DataFrame:
        """The rows of a data set: identifier, keys of the feature groups, month, prediction time and label."""
        ...


def load_transforms(pipeline: str) -> Transforms:
    """The transforms of a pipeline; raises ContractError when one is missing."""
    module = importlib.import_module(f"jobs.pipelines.{pipeline}.transforms")
    missing = [name for name in ("cleanse", "features", "spine") if not hasattr(module, name)]
    if missing:
        raise ContractError(f"jobs/pipelines/{pipeline}/transforms lacks {missing}; a pipeline must define them")
    return cast(Transforms, module)
