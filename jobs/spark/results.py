"""Checks of what the transforms of a pipeline return, before Spark computes or writes anything."""

from collections.abc import Collection, Iterable, Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import SPLIT, TREATMENTS
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Column, ColumnType, ContractError

_WHOLE = ("tinyint", "smallint", "int", "bigint")
#: The types of frames whose values Spark stores in a column of the contract without losing a part of them.
_STORABLE: Mapping[ColumnType, Collection[str]] = {
    ColumnType.INT: _WHOLE,
    ColumnType.BIGINT: _WHOLE,
    ColumnType.FLOAT: (*_WHOLE, "float", "double", "decimal"),
    ColumnType.DOUBLE: (*_WHOLE, "float", "double", "decimal"),
    ColumnType.TIMESTAMP: ("timestamp", "date"),
}
_TREATMENTS_TYPE = "array<string>"


def cleansed_tables(pipeline: Pipeline, returned: object) -> dict[str, DataFrame]:
    """The tables that `cleanse` returned, each with its column `treatments`, which is empty if it had none."""
    frames = _frames(pipeline, "cleanse", "tables", returned, [table.name for table in pipeline.cleansed])
    for table in pipeline.cleansed:
        what = f"cleanse returned table {table.name}"
        _require_columns(pipeline, what, frames[table.name], table.columns)
        treatments = dict(frames[table.name].dtypes).get(TREATMENTS, _TREATMENTS_TYPE)
        if treatments != _TREATMENTS_TYPE:
            raise _wrong(pipeline, f"{what} with {TREATMENTS} of type {treatments}, allowed is {_TREATMENTS_TYPE}")
    return {name: _with_treatments(frame) for name, frame in frames.items()}


def feature_rows(pipeline: Pipeline, returned: object) -> dict[str, DataFrame]:
    """The rows that `features` returned, by feature group."""
    frames = _frames(pipeline, "features", "groups", returned, [group.name for group in pipeline.feature_groups])
    for group in pipeline.feature_groups:
        _require_columns(pipeline, f"features returned group {group.name}", frames[group.name], group.columns)
    return frames


def spine_rows(pipeline: Pipeline, returned: object) -> DataFrame:
    """The rows that `spine` returned: with the keys of all groups and the columns of the data set beside features."""
    if not isinstance(returned, DataFrame):
        raise _wrong(pipeline, f"spine returned a {type(returned).__name__}, allowed is a DataFrame")
    joined = {column.name for group in pipeline.feature_groups for column in group.features}
    own = [column for column in pipeline.dataset.columns if column.name not in (*joined, SPLIT)]
    own_names = {column.name for column in own}
    keys = [group.record_identifier for group in pipeline.feature_groups]
    _require_columns(
        pipeline, "spine returned rows", returned, [*own, *(key for key in keys if key.name not in own_names)]
    )
    twice = sorted(joined & set(returned.columns))
    if twice:
        raise _wrong(pipeline, f"spine returned columns {twice}, which the data set takes from feature groups")
    return returned


def _frames(
    pipeline: Pipeline, function: str, what: str, returned: object, names: Collection[str]
) -> dict[str, DataFrame]:
    if not isinstance(returned, Mapping) or not all(isinstance(frame, DataFrame) for frame in returned.values()):
        raise _wrong(pipeline, f"{function} returned a {type(returned).__name__}, allowed is DataFrames by name")
    if sorted(returned) != sorted(names):
        raise _wrong(pipeline, f"{function} returned {what} {sorted(returned)}, allowed are {sorted(names)}")
    return dict(returned)


def _require_columns(pipeline: Pipeline, what: str, frame: DataFrame, columns: Iterable[Column]) -> None:
    types, wanted = dict(frame.dtypes), list(columns)
    missing = [column.name for column in wanted if column.name not in types]
    if missing:
        raise _wrong(pipeline, f"{what} without columns {missing}; it has {frame.columns}")
    for column in wanted:
        received = types[column.name]
        if received.partition("(")[0] not in _STORABLE.get(column.type, (column.type.value,)):
            raise _wrong(pipeline, f"{what} with column {column.name} of type {received}, allowed is {column.type}")


def _with_treatments(frame: DataFrame) -> DataFrame:
    if TREATMENTS in frame.columns:
        return frame
    return frame.withColumn(TREATMENTS, F.array().cast(_TREATMENTS_TYPE))


def _wrong(pipeline: Pipeline, what: str) -> ContractError:
    return ContractError(f"pipeline {pipeline.name}: {what}; correct jobs/pipelines/{pipeline.name}/transforms")
