"""Checks of sources and cleansed tables: names, partitions, references, and the columns that the model needs."""

from collections import Counter
from collections.abc import Iterable, Iterator

from jobs.contracts.columns import PREDICTION_TIME
from jobs.contracts.metrics import Problem
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.sources import Source
from jobs.contracts.tables import Column, ColumnType, Table, Zone
from jobs.pipeline_check.mistake import Found

_TIMES = (ColumnType.TIMESTAMP, ColumnType.DATE)
_WHOLE = (ColumnType.INT, ColumnType.BIGINT)
#: The types that the label may have in a cleansed table.
LABELS = {
    Problem.BINARY: (ColumnType.INT,),
    Problem.MULTICLASS: (ColumnType.STRING,),
    Problem.REGRESSION: (*_WHOLE, ColumnType.FLOAT, ColumnType.DOUBLE),
}


def check_tables(pipeline: Pipeline) -> Iterator[Found]:
    """Mistakes in sources, in cleansed tables and between them."""
    yield from _repeated(pipeline.sources, "sources")
    yield from _repeated(pipeline.cleansed, "cleansed tables")
    yield from _references(pipeline)
    for table in (*pipeline.sources, *pipeline.cleansed):
        yield from _partitions(pipeline, table)
        yield from _times(table)
    if not any(source.partition_by for source in pipeline.sources):
        yield Found(
            "no source is partitioned; at least one must have an arrival with {partition} and partition_by",
            ("sources",),
        )
    for table in pipeline.cleansed:
        if table.zone is not Zone.CLEANSED:
            yield Found(
                f"cleansed table {table.name}: zone {table.zone}; allowed is {Zone.CLEANSED}", (table.name,), "Table"
            )
    yield from _model_columns(pipeline)


def _repeated(tables: Iterable[Table], what: str) -> Iterator[Found]:
    counts = Counter(table.name for table in tables)
    for name in sorted(name for name, count in counts.items() if count > 1):
        yield Found(f"{what}: {name} is declared {counts[name]} times; each needs its own name", (name,))


def _references(pipeline: Pipeline) -> Iterator[Found]:
    earlier: dict[str, Source] = {}
    for source in pipeline.sources:
        for reference in source.quality.references:
            what = f"source {source.name}: the reference of {reference.column}"
            place = (reference.column, reference.table, reference.key)
            target = earlier.get(reference.table)
            if target is None:
                known = [each.name for each in pipeline.sources]
                reason = "comes later in sources; put it before" if reference.table in known else f"sources are {known}"
                yield Found(f"{what} names table {reference.table!r}; {reason}", (reference.table, *place))
            elif reference.key not in target.column_names:
                columns = list(target.column_names)
                yield Found(
                    f"{what} names key {reference.key!r} of {target.name}; columns are {columns}",
                    (reference.key, *place),
                )
            elif target.column(reference.key).type is not source.column(reference.column).type:
                types = (source.column(reference.column).type, target.column(reference.key).type)
                yield Found(
                    f"{what} is {types[0]}, {target.name}.{reference.key} is {types[1]}; give both one type", place
                )
        earlier[source.name] = source


def _partitions(pipeline: Pipeline, table: Table) -> Iterator[Found]:
    column = pipeline.partitions.column
    what = "source" if isinstance(table, Source) else "cleansed table"
    is_snapshot = isinstance(table, Source) and not table.partition_by
    if not is_snapshot and table.partition_by != (column,):
        yield Found(
            f"{what} {table.name}: partition_by {table.partition_by}; allowed is ({column!r},), the column of the "
            "pipeline's partitions",
            (table.name,),
            type(table).__name__,
        )
    elif not is_snapshot and column not in table.column_names:
        yield Found(
            f"{what} {table.name}: partition column {column!r} is no column; add partition_column(PARTITIONS, <id>)",
            (table.name,),
            type(table).__name__,
        )
    elif not is_snapshot and table.column(column).type is not ColumnType.STRING:
        yield Found(
            f"{what} {table.name}: partition column {column!r} is {table.column(column).type}; allowed is string",
            (column, table.name),
        )


def _times(table: Table) -> Iterator[Found]:
    if table.event_time and table.column(table.event_time).type not in _TIMES:
        received = table.column(table.event_time).type
        yield Found(
            f"table {table.name}: event_time {table.event_time!r} is {received}; allowed are "
            f"{[str(each) for each in _TIMES]}",
            (table.event_time, table.name),
        )
    if table.quality.freshness_days is not None and not table.event_time:
        yield Found(
            f"table {table.name}: freshness_days needs an event_time, which the table does not have", (table.name,)
        )


def _model_columns(pipeline: Pipeline) -> Iterator[Found]:
    """Identifier, label and prediction time must exist in cleansed tables, from which the spine takes them."""
    model = pipeline.model
    wanted = {
        "identifier": (model.identifier, (ColumnType.STRING,)),
        "label": (model.label, LABELS[model.problem]),
        "moment of the prediction": (PREDICTION_TIME, (ColumnType.TIMESTAMP,)),
    }
    for role, (name, types) in wanted.items():
        columns = cleansed_columns(pipeline, name)
        if not columns:
            yield Found(
                f"model: {role} {name!r} is in no cleansed table; cleansed tables are "
                f"{[table.name for table in pipeline.cleansed]}",
                (name,),
                "ModelSpec",
            )
        elif not any(column.type in types for column in columns):
            yield Found(
                f"model: {role} {name!r} is {columns[0].type} in the cleansed table; a {model.problem} model needs "
                f"{' or '.join(types)}",
                (name,),
                "ModelSpec",
            )


def cleansed_columns(pipeline: Pipeline, name: str) -> list[Column]:
    """The columns of that name in cleansed tables."""
    return [table.column(name) for table in pipeline.cleansed if name in table.column_names]
