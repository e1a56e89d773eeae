"""The rules of a table that each row passes or breaks by itself, as Spark conditions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.partitions import Partitions
from jobs.contracts.tables import Column as ContractColumn
from jobs.contracts.tables import ColumnType, ContractError, Rule, Table
from jobs.spark.spans import partition_of

UNIQUE_KEY = "unique_key"
_REAL = (ColumnType.FLOAT, ColumnType.DOUBLE)
_INFINITE = float("inf")


@dataclass(frozen=True, kw_only=True)
class RowRule:
    """A rule with the condition under which a row breaks it, and the reason, in which `{value}` is the column's."""

    name: str
    is_broken: Column
    reason: str
    column: str | None = None


def row_rules(table: Table, frame: DataFrame, partitions: Partitions | None) -> list[RowRule]:
    """The rules of a table for the rows of a frame; with partitions, an event time lies in the partition of its row.

    Raises ContractError when the condition of a declared rule is no Spark SQL for these columns.
    """
    rules = [rule for column in table.columns for rule in _column_rules(column)]
    for reference in table.quality.references:
        is_orphan = F.col(reference.column).isNotNull() & F.col(key_of(reference.column)).isNull()
        reason = f"column {reference.column} is {{value}}, which no accepted row of {reference.table} has"
        name = f"{reference.column}_in_{reference.table}"
        rules.append(RowRule(name=name, is_broken=is_orphan, reason=reason, column=reference.column))
    if partitions is not None and table.event_time and table.partition_by:
        rules.append(_partition_rule(table.column(table.event_time), partitions))
    return [*rules, *(_declared(table, rule, frame) for rule in table.quality.rules)]


def key_of(column: str) -> str:
    """The name that the key of a reference has beside the column that refers to it."""
    return f"_{column}"


def _column_rules(column: ContractColumn) -> Iterator[RowRule]:
    value, name = F.col(column.name), column.name
    has = f"column {name} is {{value}}"
    is_number = ~F.isnan(value) if column.type in _REAL else F.lit(True)
    if not column.nullable:
        yield RowRule(name=f"{name}_not_null", is_broken=value.isNull(), reason=f"column {name} is absent")
    if column.type in _REAL and not column.allow_nan:
        is_infinite = F.isnan(value) | (F.abs(value) == _INFINITE)
        yield RowRule(
            name=f"{name}_finite", is_broken=is_infinite, reason=f"{has}, allowed is a finite number", column=name
        )
    if column.minimum is not None or column.maximum is not None:
        is_low = F.lit(False) if column.minimum is None else value < column.minimum
        is_high = F.lit(False) if column.maximum is None else value > column.maximum
        allowed = f"allowed is {_or(column.minimum, 'any')} to {_or(column.maximum, 'any')}"
        is_outside = is_number & (is_low | is_high)
        yield RowRule(name=f"{name}_in_range", is_broken=is_outside, reason=f"{has}, {allowed}", column=name)
    if column.is_time_zone:
        is_unknown = value.isNotNull() & ~value.isin(_time_zones())
        yield RowRule(
            name=f"{name}_time_zone", is_broken=is_unknown, reason=f"{has}, which is no IANA time zone", column=name
        )


def _or(limit: float | None, otherwise: str) -> str:
    return otherwise if limit is None else f"{limit:g}"


def _time_zones() -> list[str]:
    """The zones that Spark can convert to; those of Python could be more."""
    session: Any = SparkSession.active()
    return list(session.sparkContext._jvm.java.time.ZoneId.getAvailableZoneIds())


def _partition_rule(column: ContractColumn, partitions: Partitions) -> RowRule:
    """Rows of other partitions in a file would replace, or be replaced by, those that arrive in their own."""
    is_elsewhere = partition_of(partitions, column) != F.col(partitions.column)
    return RowRule(
        name=f"{column.name}_in_{partitions.column}",
        is_broken=is_elsewhere,
        reason=f"column {column.name} is {{value}} in UTC, which is not in the {partitions.grain} of the path of its "
        f"file in {partitions.time_zone}",
        column=column.name,
    )


def _declared(table: Table, rule: Rule, frame: DataFrame) -> RowRule:
    condition = f"rule {rule.name} of {table.name}: condition {rule.condition!r}"
    try:
        (field,) = frame.select(F.expr(rule.condition)).schema
    except AnalysisException as error:
        first = next((line for line in str(error).splitlines() if line.strip()), "no message")
        raise ContractError(f"{condition} is no Spark SQL for its columns: {first}") from error
    if field.dataType.simpleString() != "boolean":
        raise ContractError(f"{condition} is {field.dataType.simpleString()}; allowed is a boolean")
    is_broken = ~F.coalesce(F.expr(rule.condition), F.lit(True))
    return RowRule(name=rule.name, is_broken=is_broken, reason=f"it does not hold that {rule.description}")
