"""Table contracts as Iceberg schemas and partition specs in the form that Glue requires."""

import re
from dataclasses import dataclass
from typing import Any

from infra.config.validation import ConfigError
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import ColumnType, Table

#: Iceberg's names of types where they differ from Spark's, which contracts use.
ICEBERG_TYPES = {ColumnType.BIGINT: "long", ColumnType.TIMESTAMP: "timestamptz"}

#: Iceberg's partition transforms by Spark's partition functions.
_TRANSFORMS = {"years": "year", "months": "month", "days": "day", "hours": "hour"}
_CALL = re.compile(r"(?P<function>\w+)\((?:(?P<width>\d+),\s*)?(?P<column>\w+)\)")


@dataclass(frozen=True, kw_only=True)
class PartitionField:
    """One field of an Iceberg partition spec."""

    column: str
    transform: str

    @property
    def name(self) -> str:
        """The name of the partition field, by Iceberg's convention for transformed columns."""
        transform = self.transform.split("[")[0]
        return self.column if transform == "identity" else f"{self.column}_{transform.replace('truncate', 'trunc')}"


def partition_field(text: str) -> PartitionField:
    """Parse `column`, `days(column)`, `bucket(8, column)` or `truncate(10, column)`; raises ConfigError otherwise."""
    call = _CALL.fullmatch(text)
    if call is None and text.isidentifier():
        return PartitionField(column=text, transform="identity")
    function, width = (call["function"], call["width"]) if call else ("", None)
    if call and width and function in {"bucket", "truncate"}:
        return PartitionField(column=call["column"], transform=f"{function}[{width}]")
    if call and not width and function in _TRANSFORMS:
        return PartitionField(column=call["column"], transform=_TRANSFORMS[function])
    allowed = "column, years|months|days|hours(column), bucket(n, column) or truncate(n, column)"
    raise ConfigError(f"partition field: received {text!r}; allowed is {allowed}")


def iceberg_fields(table: Table) -> list[dict[str, Any]]:
    """The table's columns as Iceberg schema fields, ordered by id.

    A catalog that numbers the fields of a new table by position then arrives at the same ids as long as none is
    missing; `operations/field_ids.py` compares them after a deployment.
    """
    return [
        {
            "id": column.field_id,
            "name": column.name,
            # Spark would reject its nullable columns for a required field; quality rules reject the nulls instead.
            "required": False,
            "type": ICEBERG_TYPES.get(column.type, column.type.value),
            "doc": column.description,
        }
        for column in table.stored_columns
    ]


def iceberg_partitions(table: Table) -> list[dict[str, Any]]:
    """The table's partitioning as Iceberg partition fields; raises ConfigError for unknown columns."""
    numbers = {column.name: column.field_id for column in table.columns}
    fields = [partition_field(text) for text in table.partition_by]
    unknown = sorted({field.column for field in fields} - set(numbers))
    if unknown:
        raise ConfigError(f"table {table.name}: partitioned by {unknown}; columns are {sorted(numbers)}")
    return [
        {"source_id": numbers[field.column], "name": field.name, "transform": field.transform, "field_id": 1000 + index}
        for index, field in enumerate(fields)
    ]


def tables_of(pipeline: Pipeline) -> tuple[Table, ...]:
    """All tables of the pipeline, ordered by zone and name."""
    return tuple(sorted(pipeline.all_tables, key=lambda table: (table.zone, table.name)))
