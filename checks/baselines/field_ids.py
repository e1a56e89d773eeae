"""Detect changes of Iceberg field ids that make readers take one column for another.

Data files name their columns by field id. CloudFormation applies every change of a table's schema without interruption
and Glue accepts it, so an id that gets another column shows old data under the new name (Iceberg table spec, column
projection; aws/aws-cdk PR 37988, 2026-05). The committed baseline of a pipeline holds every id that it ever used.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from checks.baselines import pipeline_files
from infra.lake.iceberg_schema import ICEBERG_TYPES, iceberg_partitions
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Table

#: Types of which Iceberg reads old files as the other type (Iceberg table spec, schema evolution).
_PROMOTIONS = {("int", "long"), ("float", "double")}


@dataclass(frozen=True, kw_only=True)
class TableIds:
    """The name and type of each field id, and the source and transform of each partition field id, as text.

    `removed` are the ids of earlier columns; `formerly` are the earlier names of columns, which are not committed.
    """

    columns: Mapping[int, str]
    partitions: Mapping[int, str] = field(default_factory=dict)
    removed: Mapping[int, str] = field(default_factory=dict)
    formerly: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table) -> Self:
        """The ids of a contract."""
        types = {each: str(ICEBERG_TYPES.get(each.type, each.type.value)) for each in table.columns}
        return cls(
            columns={each.field_id: f"{each.name} {types[each]}" for each in table.columns},
            partitions={
                each["field_id"]: f"{each['source_id']} {each['transform']}" for each in iceberg_partitions(table)
            },
            formerly={each.field_id: each.formerly for each in table.columns},
        )

    @property
    def highest(self) -> int:
        """The highest id that was ever used."""
        return max((*self.columns, *self.removed))

    def after(self, earlier: "TableIds | None") -> "TableIds":
        """These ids with the columns that are gone since the earlier ones."""
        known = {} if earlier is None else {**earlier.columns, **earlier.removed}
        removed = {each: text for each, text in known.items() if each not in self.columns}
        kept = {} if earlier is None else earlier.partitions
        return TableIds(columns=self.columns, partitions={**kept, **self.partitions}, removed=removed)


#: The ids of each table by `pipeline/zone/table`.
Ids = Mapping[str, TableIds]


def field_ids(pipelines: Iterable[Pipeline]) -> dict[str, TableIds]:
    """Return the ids that the contracts define."""
    return {
        f"{pipeline.name}/{table.zone}/{table.name}": TableIds.of(table)
        for pipeline in pipelines
        for table in pipeline.all_tables
    }


def forbidden_changes(before: Ids, after: Ids) -> list[str]:
    """Return an error message for each id that gets another meaning or is used again; tables may be added or removed.

    A table that was removed keeps its entry: a new table of the same name finds the old data files in its folder.
    """
    return [
        f"table {table}: {message}"
        for table in sorted(before.keys() & after.keys())
        for message in _changes(before[table], after[table])
    ]


def _changes(before: TableIds, after: TableIds) -> Iterator[str]:
    for field_id, column in sorted(after.columns.items()):
        if field_id in before.removed:
            yield (
                f"id {field_id} of {column!r} belonged to the removed column {before.removed[field_id]!r}; allowed is "
                f"an id above {before.highest}"
            )
        elif field_id not in before.columns:
            if field_id < before.highest:
                yield f"id {field_id} of the new column {column!r}: allowed is an id above {before.highest}"
        elif not _is_compatible(before.columns[field_id], column, after.formerly.get(field_id, ())):
            yield (
                f"id {field_id} was {before.columns[field_id]!r} and is now {column!r}; allowed are the same name and "
                f"type, a renamed column with `formerly`, int to long, float to double, or an id above {before.highest}"
            )
    for field_id, partition in sorted(after.partitions.items()):
        if before.partitions.get(field_id, partition) != partition:
            yield (
                f"partition field {field_id} was {before.partitions[field_id]!r} and is now {partition!r}; allowed "
                "are new partition fields at the end"
            )
    yield from _removed_sources(before, after)


def _removed_sources(before: TableIds, after: TableIds) -> Iterator[str]:
    """Yield partition fields whose column is gone: engines cannot read a spec without its source column."""
    sources = {int(text.partition(" ")[0]) for text in before.partitions.values()}
    for field_id in sorted(sources & (before.columns.keys() - after.columns.keys())):
        yield f"id {field_id} ({before.columns[field_id]!r}) partitions the table; its column must stay"


def _is_compatible(before: str, after: str, formerly: tuple[str, ...]) -> bool:
    (old_name, old_type), (name, new_type) = before.split(" "), after.split(" ")
    is_same_column = name == old_name or old_name in formerly
    return is_same_column and (old_type == new_type or (old_type, new_type) in _PROMOTIONS)


def field_id_baseline() -> dict[str, TableIds]:
    """Return the committed ids of all pipelines that have a baseline."""
    return {
        f"{pipeline}/{table}": TableIds(
            **{part: {int(key): text for key, text in ids.items()} for part, ids in parts.items()}
        )
        for pipeline, tables in pipeline_files.committed(pipeline_files.FIELD_IDS).items()
        for table, parts in tables.items()
    }


def write_field_id_baseline(pipeline: Pipeline) -> Path:
    """Commit the ids of a pipeline; ids of removed columns and tables stay in the file."""
    prefix = f"{pipeline.name}/"
    before = {table: ids for table, ids in field_id_baseline().items() if table.startswith(prefix)}
    merged = {**before, **{table: ids.after(before.get(table)) for table, ids in field_ids([pipeline]).items()}}
    content = {
        table.removeprefix(prefix): {
            "columns": dict(ids.columns),
            "partitions": dict(ids.partitions),
            "removed": dict(ids.removed),
        }
        for table, ids in merged.items()
    }
    return pipeline_files.write(pipeline.name, pipeline_files.FIELD_IDS, content)
