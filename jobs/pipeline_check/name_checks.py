"""Checks of names against the limits of AWS and the words that SQL and SageMaker reserve."""

import re
from collections.abc import Iterator

from jobs.contracts.columns import FAILED_RULES, TREATMENTS
from jobs.contracts.features import OFFLINE_COLUMNS
from jobs.contracts.names import LakeNames
from jobs.contracts.pipeline import Pipeline
from jobs.pipeline_check.mistake import Found

#: An environment of the longest name that its settings allow.
LONGEST_ENVIRONMENT = "x" * 10
#: SageMaker's limit for the names of feature groups and of features, and its pattern of a feature's name.
_LONGEST_NAME = 64
_FEATURE_NAME = re.compile(r"[a-zA-Z0-9]([-_]*[a-zA-Z0-9])*")
#: SageMaker's limit for the name of a model package group, which is that of the pipeline.
_LONGEST_GROUP = 63
#: Glue's limit for the names of databases, tables and columns.
_LONGEST_GLUE_NAME = 255
#: Words that Athena reserves in SELECT statements.
_RESERVED_WORDS = """
alter and as between by case cast constraint create cross cube current_catalog current_date current_path
current_schema current_time current_timestamp current_user deallocate delete describe distinct drop else end escape
except execute exists extract false first for from full group grouping having in inner insert intersect into is
join last left like listagg localtime localtimestamp natural normalize not null on or order outer prepare recursive
right rollup select skip table then trim true uescape union unnest using values when where with
"""
#: Words that Athena reserves in SELECT statements.
RESERVED = frozenset(_RESERVED_WORDS.split())


def check_names(pipeline: Pipeline) -> Iterator[Found]:
    """Names that a service refuses or that a query would have to quote."""
    names = LakeNames(LONGEST_ENVIRONMENT, "", "")
    for group in pipeline.feature_groups:
        name = names.feature_group(pipeline.name, group.name)
        yield from _too_long(name, _LONGEST_NAME, f"feature group {group.name}", (group.name,), "FeatureGroup")
        offline = {column.name for column in OFFLINE_COLUMNS}
        for column in (group.record_identifier, *group.features):
            place, what = (column.name, group.name), f"feature group {group.name}: {column.name!r}"
            if column.name in offline:
                yield Found(f"{what} is a column that SageMaker adds; rename the feature", place)
            elif not _FEATURE_NAME.fullmatch(column.name) or len(column.name) > _LONGEST_NAME:
                yield Found(
                    f"{what} is no name for SageMaker; allowed are up to {_LONGEST_NAME} letters, digits and "
                    "underscores that neither begin nor end with an underscore",
                    place,
                )
    yield from _too_long(
        names.model_package_group(pipeline.name), _LONGEST_GROUP, "model package group", (pipeline.name,), "Pipeline"
    )
    yield from _columns(pipeline)


def _columns(pipeline: Pipeline) -> Iterator[Found]:
    for table in (*pipeline.sources, *pipeline.cleansed):
        yield from _too_long(table.name, _LONGEST_GLUE_NAME, f"table {table.name}", (table.name,), type(table).__name__)
        for name in table.column_names:
            if name in (FAILED_RULES, TREATMENTS):
                yield Found(
                    f"table {table.name}: column {name!r} is one that the platform adds; rename it", (name, table.name)
                )
    columns = {
        column.name: owner
        for owner, members in (
            *((f"table {table.name}", table.columns) for table in pipeline.all_tables),
            *((f"feature group {group.name}", group.columns) for group in pipeline.feature_groups),
        )
        for column in members
    }
    for name, owner in columns.items():
        if name in RESERVED:
            yield Found(
                f"{owner}: column {name!r} is a word that Athena's SQL reserves, so queries without quotes fail; "
                "rename it",
                (name, owner.split()[-1]),
            )


def _too_long(name: str, longest: int, what: str, place: tuple[str, ...], call: str) -> Iterator[Found]:
    if len(name) > longest:
        fixed = len(name) - longest
        yield Found(
            f"{what}: its name on AWS has up to {len(name)} characters, allowed are {longest}; shorten it by {fixed}",
            place,
            call,
        )
