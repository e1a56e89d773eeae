"""The code of a pipeline, found by its name: what a user writes and the Spark jobs call."""

import importlib
from collections.abc import Mapping
from datetime import date
from typing import Protocol, cast

from pyspark.sql import DataFrame

from jobs.contracts.tables import ContractError


class Transforms(Protocol):
    """The functions that `jobs/pipelines/<name>/transforms` gives; all are pure."""

    HISTORY_DAYS: int
    """Days before an event time that features look back."""

    def cleanse(self, raw: Mapping[str, DataFrame], /) -> dict[str, DataFrame]:
        """Cleansed tables by name, each with an array column `treatments`."""
        ...

    def features(
        self, cleansed: Mapping[str, DataFrame], /, *, first_day: date, last_day: date
    ) -> dict[str, DataFrame]:
        """Rows by feature group whose event time lies on the UTC days from first to last."""
        ...

    def spine(self, cleansed: Mapping[str, DataFrame], /) -> DataFrame:
        """Identifier, keys of the feature groups, month, prediction time and label."""
        ...


def load_transforms(pipeline: str) -> Transforms:
    """The transforms of a pipeline; raises ContractError when one is missing."""
    module = importlib.import_module(f"jobs.pipelines.{pipeline}.transforms")
    missing = [name for name in ("HISTORY_DAYS", "cleanse", "features", "spine") if not hasattr(module, name)]
    if missing:
        raise ContractError(f"jobs/pipelines/{pipeline}/transforms lacks {missing}; a pipeline must define them")
    return cast(Transforms, module)
