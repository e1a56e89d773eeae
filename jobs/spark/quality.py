"""Quality rules of a contract: rows that break a rule are marked, and a batch that exceeds a limit stops the job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.columns import FAILED_RULES
from jobs.contracts.partitions import Partitions
from jobs.contracts.tables import Column as ContractColumn
from jobs.contracts.tables import ContractError, Table

#: Batch name of a table without partitions.
WHOLE_TABLE = "all"
_UNIQUE_KEY = "unique_key"
_COMMA = ","


@dataclass(frozen=True, kw_only=True)
class BatchCounts:
    """Row counts of one batch of a table: a partition, or the whole table without partitions."""

    batch: str
    rows: int
    quarantined: int
    newest: datetime | None
    """The latest event time in UTC, or None for a table without event time."""
    rules: Mapping[str, int]
    """Broken rules with the number of rows that break them."""


def validate(frame: DataFrame, table: Table, *, references: Mapping[str, DataFrame]) -> DataFrame:
    """The frame with a column `failed_rules`, which is empty for a valid row.

    Of several rows with the same key, all but the one with the shortest `failed_rules` also break `unique_key`.
    The result is persisted, because limits, accepted rows and rejected rows are all computed from it.
    """
    validated = frame
    for reference in table.quality.references:
        keys = references[reference.table].select(F.col(reference.key).alias(f"_{reference.column}")).distinct()
        is_same = F.col(reference.column) == F.col(f"_{reference.column}")
        validated = validated.join(F.broadcast(keys), on=is_same, how="left")
    names = [F.when(condition, F.lit(rule)) for rule, condition in _row_rules(table).items()]
    validated = validated.select(*frame.columns, F.concat_ws(_COMMA, *names).alias(FAILED_RULES)).persist()
    # Sorting a batch costs more than all other rules together, and almost no batch has a repeated key.
    if validated.groupBy(*table.keys).count().filter("count > 1").isEmpty():
        return validated
    return _mark_repeated_keys(validated, table).persist()


def accepted(validated: DataFrame) -> DataFrame:
    """The rows that break no rule, without `failed_rules`."""
    return validated.filter(F.col(FAILED_RULES) == "").drop(FAILED_RULES)


def rejected(validated: DataFrame) -> DataFrame:
    """The rows that break a rule, with the names of the rules in `failed_rules`."""
    return validated.filter(F.col(FAILED_RULES) != "")


def count_batches(validated: DataFrame, table: Table) -> list[BatchCounts]:
    """Counts per batch; a batch is a value of the table's first partition field."""
    batch = (F.col(table.partition_by[0]) if table.partition_by else F.lit(WHOLE_TABLE)).alias("batch")
    # Seconds, because Spark returns timestamps in the time zone of the machine.
    newest = F.unix_seconds(F.max(F.col(table.event_time).cast("timestamp"))) if table.event_time else F.lit(None)
    rows = (
        validated.groupBy(batch)
        .agg(
            F.count("*").alias("rows"),
            F.count_if(F.col(FAILED_RULES) != "").alias("quarantined"),
            newest.alias("newest"),
        )
        .orderBy("batch")
        .collect()
    )
    broken: dict[str, dict[str, int]] = {row["batch"]: {} for row in rows}
    if any(row["quarantined"] for row in rows):
        rule = F.explode(F.split(FAILED_RULES, _COMMA)).alias("rule")
        for row in rejected(validated).select(batch, rule).groupBy("batch", "rule").count().orderBy("rule").collect():
            broken[row["batch"]][row["rule"]] = row["count"]
    return [
        BatchCounts(
            batch=row["batch"],
            rows=row["rows"],
            quarantined=row["quarantined"],
            newest=None if row["newest"] is None else datetime.fromtimestamp(row["newest"], UTC),
            rules=broken[row["batch"]],
        )
        for row in rows
    ]


def check_limits(
    table: Table, counts: list[BatchCounts], partitions: Partitions, *, ends: Mapping[str, datetime]
) -> None:
    """Raise ContractError when a batch is missing, has too few or too many broken rows, or its rows are too old.

    `ends` has every batch that must be there with the moment at which its partition ends.
    """
    by_name = {batch.batch: batch for batch in counts}
    for name, end in ends.items():
        if name in by_name:
            _check_batch(table, by_name[name], partitions, end)
        elif table.quality.minimum_rows:
            raise ContractError(
                f"source {table.name}: {name} has no rows, at least {table.quality.minimum_rows} are required; "
                f"land the {partitions.grain} again and repeat ingest"
            )


def _check_batch(table: Table, batch: BatchCounts, partitions: Partitions, end: datetime) -> None:
    quality, label = table.quality, f"source {table.name}: {batch.batch}"
    passed = batch.rows - batch.quarantined
    if batch.quarantined > quality.maximum_quarantined * batch.rows:
        raise ContractError(
            f"{label} has {batch.quarantined} of {batch.rows} rows that break {dict(batch.rules)}, allowed is a share "
            f"of {quality.maximum_quarantined}; correct the source and land it again"
        )
    if passed < quality.minimum_rows:
        raise ContractError(
            f"{label} has {passed} valid rows, at least {quality.minimum_rows} are required; land the whole batch again"
        )
    if quality.freshness_days is not None and batch.newest is not None:
        age = (end - batch.newest).days
        if age > quality.freshness_days:
            raise ContractError(
                f"{label} ends with {batch.newest:%Y-%m-%d %H:%M} UTC, {age} days before the end of the "
                f"{partitions.grain}, allowed are {quality.freshness_days}; land the whole {partitions.grain} again"
            )


def _mark_repeated_keys(validated: DataFrame, table: Table) -> DataFrame:
    columns = [name for name in validated.columns if name != FAILED_RULES]
    first = Window.partitionBy(*table.keys).orderBy(F.length(FAILED_RULES), F.xxhash64(*columns))
    is_repeated = F.row_number().over(first) > 1
    others = F.when(F.col(FAILED_RULES) != "", F.col(FAILED_RULES))
    failed = F.concat_ws(_COMMA, others, F.when(is_repeated, F.lit(_UNIQUE_KEY)))
    return validated.withColumn(FAILED_RULES, failed)


def _row_rules(table: Table) -> dict[str, Column]:
    """Conditions under which a row breaks a rule, by the name of the rule."""
    rules: dict[str, Column] = {}
    for column in table.columns:
        if not column.nullable:
            rules[f"{column.name}_not_null"] = F.col(column.name).isNull()
        if column.minimum is not None or column.maximum is not None:
            rules[f"{column.name}_in_range"] = _is_outside(column)
    for reference in table.quality.references:
        is_orphan = F.col(reference.column).isNotNull() & F.col(f"_{reference.column}").isNull()
        rules[f"{reference.column}_in_{reference.table}"] = is_orphan
    return rules


def _is_outside(column: ContractColumn) -> Column:
    is_low = F.lit(False) if column.minimum is None else F.col(column.name) < column.minimum
    is_high = F.lit(False) if column.maximum is None else F.col(column.name) > column.maximum
    is_unordered = F.isnan(column.name) if column.type.value in ("float", "double") else F.lit(False)
    return is_low | is_high | is_unordered
