"""The two tables that follow from a pipeline's model: its data set and its predictions."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from jobs.contracts import columns
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.partitions import Partitions
from jobs.contracts.tables import Column, ColumnType, ContractError, Table, Zone

_LABEL_TYPES = {
    Problem.BINARY: ColumnType.INT,
    Problem.MULTICLASS: ColumnType.STRING,
    Problem.REGRESSION: ColumnType.DOUBLE,
}
_PREDICTION_TYPES = {
    Problem.BINARY: ColumnType.BOOLEAN,
    Problem.MULTICLASS: ColumnType.STRING,
    Problem.REGRESSION: ColumnType.DOUBLE,
}
#: The field ids below are the columns before the features.
_FIRST_FEATURE_ID = 6


def partition_column(partitions: Partitions, field_id: int) -> Column:
    """The partition column of a table."""
    description = f"local {partitions.grain} of the row in {partitions.time_zone}"
    return _column(field_id, partitions.column, ColumnType.STRING, description, nullable=False)


def dataset_table(model: ModelSpec, partitions: Partitions, *, features: Sequence[str], description: str) -> Table:
    """The table of labelled rows with features, by split.

    `features` has every feature that the model ever had in the order in which they were added: new ones follow at the
    end and removed ones stay, because their position gives the field id, which is never used again.
    """
    ids = dict(zip(features, count(_FIRST_FEATURE_ID), strict=False))
    missing = [name for name in model.features if name not in ids]
    if missing:
        raise ContractError(f"features {missing} have no position; add them at the end of `features` of the data set")
    categorical = [_column(ids[name], name, ColumnType.STRING, "categorical feature") for name in model.categorical]
    numeric = [_column(ids[name], name, ColumnType.DOUBLE, "numeric feature") for name in model.numeric]
    label = "label; absent where the outcome is not known"
    return Table(
        name="training",
        zone=Zone.DATASETS,
        description=description,
        columns=(
            _column(1, columns.SPLIT, ColumnType.STRING, "train, validation, test or score", nullable=False),
            _column(2, model.identifier, ColumnType.STRING, "identifier of the row", nullable=False),
            partition_column(partitions, 3),
            _column(4, columns.PREDICTION_TIME, ColumnType.TIMESTAMP, "moment of the prediction", nullable=False),
            _column(5, model.label, _LABEL_TYPES[model.problem], label),
            *categorical,
            *numeric,
        ),
        keys=(columns.SPLIT, model.identifier),
        partition_by=(columns.SPLIT,),
        event_time=columns.PREDICTION_TIME,
    )


def predictions_table(model: ModelSpec, partitions: Partitions, *, name: str, description: str) -> Table:
    """The table of batch predictions, with the model that made each."""
    ids = count(3)
    outputs = [
        replace(
            _column(next(ids), column, column_type, text, nullable=False),
            minimum=0 if column == columns.PROBABILITY else None,
            maximum=1 if column == columns.PROBABILITY else None,
        )
        for column, column_type, text in _outputs(model)
    ]
    return Table(
        name=name,
        zone=Zone.PREDICTIONS,
        description=description,
        columns=(
            _column(1, model.identifier, ColumnType.STRING, "identifier of the row", nullable=False),
            partition_column(partitions, 2),
            *outputs,
            _column(next(ids), columns.MODEL_VERSION, ColumnType.STRING, "version in the registry", nullable=False),
            _column(next(ids), columns.RUN_ID, ColumnType.STRING, "run that made the model", nullable=False),
            _column(next(ids), columns.SCORED_AT, ColumnType.TIMESTAMP, "when the row was published", nullable=False),
        ),
        keys=(model.identifier,),
        partition_by=(partitions.column,),
        event_time=columns.SCORED_AT,
    )


def _outputs(model: ModelSpec) -> list[tuple[str, ColumnType, str]]:
    prediction = (model.prediction, _PREDICTION_TYPES[model.problem])
    match model.problem:
        case Problem.BINARY:
            return [
                (columns.PROBABILITY, ColumnType.DOUBLE, "probability of class 1"),
                (*prediction, "probability at or above the threshold"),
                (columns.THRESHOLD, ColumnType.DOUBLE, "threshold of the model"),
            ]
        case Problem.MULTICLASS:
            return [
                (columns.PROBABILITY, ColumnType.DOUBLE, "probability of the predicted class"),
                (*prediction, "the most probable class"),
            ]
        case Problem.REGRESSION:
            return [(*prediction, f"prediction of {model.label}")]


def _column(field_id: int, name: str, column_type: ColumnType, description: str, *, nullable: bool = True) -> Column:
    return Column(id=field_id, name=name, type=column_type, description=description, nullable=nullable)
