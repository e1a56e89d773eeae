"""Quality rules of a contract: rows that break a rule are marked, and a batch that exceeds a limit stops the job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.columns import FAILED_RULES
from jobs.contracts.partitions import Partitions
from jobs.contracts.tables import ContractError, Table
from jobs.spark.landing.values import FILE, LANDED, LINE, UNREADABLE
from jobs.spark.row_rules import UNIQUE_KEY, key_of, row_rules

#: Batch name of a table without partitions.
WHOLE_TABLE = "all"
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


def validate(
    frame: DataFrame, table: Table, *, references: Mapping[str, DataFrame], partitions: Partitions | None = None
) -> DataFrame:
    """The frame with a column `failed_rules`, which is empty for a valid row.

    A row that cannot be read breaks no other rule. Of several rows with the same key, one that breaks no rule is kept,
    or the first in the order of all columns, and the others also break `unique_key`: which one is kept does not depend
    on the order of the rows. The result is persisted, because limits, accepted rows and rejected rows are all computed
    from it. With partitions, the event time of a row must lie in its partition.
    """
    joined = frame
    for reference in table.quality.references:
        key = key_of(reference.column)
        keys = references[reference.table].select(F.col(reference.key).alias(key)).distinct()
        joined = joined.join(F.broadcast(keys), on=F.col(reference.column) == F.col(key), how="left")
    names = [F.when(rule.is_broken, F.lit(rule.name)) for rule in row_rules(table, joined, partitions)]
    broken = F.concat_ws(_COMMA, *names)
    if UNREADABLE in frame.columns:
        broken = F.when(F.col(UNREADABLE) != "", F.col(UNREADABLE)).otherwise(broken)
    validated = joined.select(*frame.columns, broken.alias(FAILED_RULES)).persist()
    # Sorting a batch costs more than all other rules together, and almost no batch has a repeated key.
    if _readable(validated).groupBy(*table.keys).count().filter("count > 1").isEmpty():
        return validated
    return _mark_repeated_keys(validated, table).persist()


def accepted(validated: DataFrame) -> DataFrame:
    """The rows that break no rule, with the columns of their table."""
    return validated.filter(F.col(FAILED_RULES) == "").drop(FAILED_RULES, *LANDED)


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


def _readable(validated: DataFrame) -> DataFrame:
    return validated.filter(F.col(UNREADABLE) == "") if UNREADABLE in validated.columns else validated


def _mark_repeated_keys(validated: DataFrame, table: Table) -> DataFrame:
    is_readable = F.col(UNREADABLE) == "" if UNREADABLE in validated.columns else F.lit(True)
    order = [F.col(FAILED_RULES) != "", *(F.col(name) for name in table.column_names)]
    place = [F.col(name) for name in (FILE, LINE) if name in validated.columns]
    first = Window.partitionBy(is_readable, *table.keys).orderBy(*order, *place)
    is_repeated = is_readable & (F.row_number().over(first) > 1)
    others = F.when(F.col(FAILED_RULES) != "", F.col(FAILED_RULES))
    failed = F.concat_ws(_COMMA, others, F.when(is_repeated, F.lit(UNIQUE_KEY)))
    return validated.withColumn(FAILED_RULES, failed)
