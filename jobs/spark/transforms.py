"""Loads the transforms of a pipeline, which Spark jobs call."""

import importlib
from collections.abc import Mapping
from datetime import date
from typing import Protocol, cast

from pyspark.sql import DataFrame

from jobs.contracts.tables import ContractError

_FUNCTIONS = ("cleanse", "features", "spine")


class Transforms(Protocol):
    """The functions that `jobs/pipelines/<name>/transforms` must define; they have no side effects.

    Frames may have more columns than the contract names; the others are not stored.
    """

    def cleanse(self, raw: Mapping[str, DataFrame], /) -> dict[str, DataFrame]:
        """Cleansed tables by name, with the columns of their contracts.

        `raw` has the rows of the partitions to cleanse, and all rows of a source without partitions. Each row returned
        belongs to one of these partitions and names it in the partition column. A table may have a column `treatments`
        with an array of texts `column: treatment`, one for each value that was replaced or set to null.
        """
        ...

    def features(
        self, cleansed: Mapping[str, DataFrame], /, *, first_day: date, last_day: date
    ) -> dict[str, DataFrame]:
        """Rows by feature group: key, `event_time` and features.

        `event_time` is the moment from which the features are known, as text in ISO 8601 UTC with seconds and a Z,
        such as 2013-01-31T05:00:00Z. Rows with event times on the UTC days from first to last, both included, replace
        the present ones, or become new versions of those that training may have used; others are left out. A key has
        one row for an event time. `cleansed` begins `history_days` before the first day.
        """
        ...

    def spine(self, cleansed: Mapping[str, DataFrame], /) -> DataFrame:
        """One row per example of the data set, of all partitions.

        It has the identifier, the partition column, `prediction_time`, the label, which is null where it is not known,
        and the key of every feature group. The data set adds the features that were known at the prediction time,
        which lies on the UTC days of the partition.
        """
        ...


def load_transforms(pipeline: str) -> Transforms:
    """The transforms of a pipeline; raises ContractError when one is missing."""
    module = importlib.import_module(f"jobs.pipelines.{pipeline}.transforms")
    missing = [name for name in _FUNCTIONS if not hasattr(module, name)]
    if missing:
        raise ContractError(
            f"jobs/pipelines/{pipeline}/transforms lacks functions {missing}; allowed are {list(_FUNCTIONS)}"
        )
    return cast(Transforms, module)
