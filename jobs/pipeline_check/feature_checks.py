"""Checks of feature groups against the rows that they are joined with and the model that reads them."""

from collections import defaultdict
from collections.abc import Iterator

from jobs.contracts.columns import PREDICTION_TIME
from jobs.contracts.features import FeatureGroup
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Column, ColumnType
from jobs.pipeline_check.mistake import Found
from jobs.pipeline_check.table_checks import cleansed_columns

_NUMERIC = (ColumnType.INT, ColumnType.BIGINT, ColumnType.FLOAT, ColumnType.DOUBLE)


def check_features(pipeline: Pipeline) -> Iterator[Found]:
    """Mistakes in feature groups, and features of the model that no group has in the right type."""
    names = [group.name for group in pipeline.feature_groups]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Found(
            f"feature group {name} is declared {names.count(name)} times; each needs its own name",
            (name,),
            "FeatureGroup",
        )
    for group in pipeline.feature_groups:
        yield from _key(pipeline, group)
    yield from _joined_names(pipeline)
    yield from _model_features(pipeline)
    yield from _tables(pipeline)


def _key(pipeline: Pipeline, group: FeatureGroup) -> Iterator[Found]:
    key = group.record_identifier
    columns = cleansed_columns(pipeline, key.name)
    place = (key.name, group.name)
    if not columns:
        yield Found(
            f"feature group {group.name}: record identifier {key.name!r} is in no cleansed table, so the spine cannot "
            "have it and every feature of the group would be absent",
            place,
        )
    elif key.type not in {column.type for column in columns}:
        yield Found(
            f"feature group {group.name}: record identifier {key.name!r} is {key.type}, the cleansed table has "
            f"{columns[0].type}; give both one type",
            place,
        )


def _joined_names(pipeline: Pipeline) -> Iterator[Found]:
    """The data set joins all groups to the spine, so no name may come from two of them."""
    model = pipeline.model
    spine = {model.identifier: "the identifier", PREDICTION_TIME: "the moment of the prediction"}
    spine |= {model.label: "the label, which a feature must not tell", pipeline.partitions.column: "the partition"}
    spine |= {group.record_identifier.name: f"the key of group {group.name}" for group in pipeline.feature_groups}
    owners: dict[str, str] = {}
    for group in pipeline.feature_groups:
        for column in group.features:
            place = (column.name, group.name)
            if column.name in spine:
                yield Found(
                    f"feature group {group.name}: feature {column.name!r} has the name of {spine[column.name]}; "
                    "rename it",
                    place,
                )
            elif column.name in owners:
                yield Found(
                    f"feature {column.name!r} is in groups {owners[column.name]} and {group.name}; the data set joins "
                    "both, so rename one",
                    place,
                )
            owners.setdefault(column.name, group.name)


def _model_features(pipeline: Pipeline) -> Iterator[Found]:
    known: defaultdict[str, list[Column]] = defaultdict(list)
    for group in pipeline.feature_groups:
        for column in (group.record_identifier, *group.features):
            known[column.name].append(column)
    wanted = {
        "numeric": (pipeline.model.numeric, _NUMERIC),
        "categorical": (pipeline.model.categorical, (ColumnType.STRING,)),
    }
    for kind, (features, types) in wanted.items():
        for name in features:
            if name not in known:
                yield Found(
                    f"model: {kind} feature {name!r} is in no feature group; features are {sorted(known)}",
                    (name,),
                    "ModelSpec",
                )
            elif known[name][0].type not in types:
                yield Found(
                    f"model: {kind} feature {name!r} is {known[name][0].type} in its feature group; allowed are "
                    f"{[str(each) for each in types]}",
                    (name,),
                    "Column",
                )


def _tables(pipeline: Pipeline) -> Iterator[Found]:
    """Data set and predictions follow from the model; a table that is declared by hand may lack columns."""
    model, partition = pipeline.model, pipeline.partitions.column
    wanted = {
        "data set": (pipeline.dataset, (model.identifier, partition, PREDICTION_TIME, model.label, *model.features)),
        "predictions": (pipeline.predictions, (model.identifier, partition, model.prediction)),
    }
    for what, (table, columns) in wanted.items():
        missing = sorted(set(columns) - set(table.column_names))
        if missing:
            yield Found(
                f"the {what} table lacks columns {missing} of the model; make it with the function of "
                "jobs/contracts/model_tables.py and the same model",
                (table.name,),
            )
