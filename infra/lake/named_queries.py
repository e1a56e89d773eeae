"""Saved Athena queries for operators, as SQL rendered from the contracts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infra.lake.iceberg_schema import tables_of
from infra.names import PlatformNames
from jobs.contracts.columns import FAILED_RULES, MODEL_VERSION, RUN_ID
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.sources import quarantine_table
from jobs.contracts.tables import ColumnType, Table, Zone

_MEASURES = {ColumnType.DOUBLE, ColumnType.FLOAT}
#: The period, as SQL, of a table that each run replaces completely.
_WHOLE = "'all'"


@dataclass(frozen=True, kw_only=True)
class NamedQuery:
    """One saved query: its name within the pipeline, a description of the result, and the SQL."""

    name: str
    description: str
    sql: str


def queries_of(names: PlatformNames, pipeline: Pipeline) -> list[NamedQuery]:
    """The saved queries on drift, quality, cost and lineage that the pipeline's tables support."""
    writer = _Writer(names, pipeline)
    tables = tables_of(pipeline)
    return [
        *(writer.drift(table) for table in tables if writer.has_drift(table)),
        *writer.quality(),
        writer.cost(tables),
        writer.snapshots(tables),
        *(writer.predictions(table) for table in tables if {MODEL_VERSION, RUN_ID} <= set(table.column_names)),
    ]


def _measures(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.type in _MEASURES and column.name not in table.keys]


class _Writer:
    """Renders the queries of a pipeline; names are quoted because they may be reserved words of SQL."""

    def __init__(self, names: PlatformNames, pipeline: Pipeline) -> None:
        self._names, self._pipeline, self._partitions = names, pipeline, pipeline.partitions

    def has_drift(self, table: Table) -> bool:
        """Whether the table has measures whose periods can be compared."""
        is_measured = table.zone in {Zone.DATASETS, Zone.PREDICTIONS} and bool(_measures(table))
        return is_measured and self._period(table) != _WHOLE

    def drift(self, table: Table) -> NamedQuery:
        """The shift of each measure's mean since the previous partition, in standard deviations of that partition."""
        by = [f"{self._period(table)} AS period", *([MODEL_VERSION] if MODEL_VERSION in table.column_names else [])]
        columns = ["period", *by[1:]]
        measures = _measures(table)
        cases = [f"WHEN '{name}' THEN \"{name}\"" for name in measures]
        before = f"OVER (PARTITION BY feature ORDER BY {', '.join(columns)})"
        sql = f"""WITH measured AS (
    SELECT {", ".join(columns)}, feature, count(*) AS row_count,
        avg(CASE WHEN value IS NULL THEN 1e0 ELSE 0e0 END) AS missing_share,
        avg(value) AS mean, stddev_samp(value) AS deviation
    FROM (
        SELECT {", ".join(by)}, feature,
            CASE feature {" ".join(cases)} END AS value
        FROM {self._address(table)}
        CROSS JOIN (VALUES {", ".join(f"('{name}')" for name in measures)}) AS features (feature)
    ) AS long
    GROUP BY {", ".join(columns)}, feature
)
SELECT *, (mean - lag(mean) {before}) / nullif(lag(deviation) {before}, 0) AS shift
FROM measured
ORDER BY {", ".join(columns)}, feature"""
        grain = self._partitions.grain
        description = f"Drift of {table.zone} {table.name}: mean, spread and missing values per {grain} and measure"
        return NamedQuery(name=f"drift-{table.zone}-{table.name}", description=description, sql=sql)

    def quality(self) -> Iterator[NamedQuery]:
        """The number of rows per violated rule, and the share of each batch that went to quarantine."""
        rejecting = [(source, quarantine_table(source)) for source in self._pipeline.sources]
        rules = _union(
            f"SELECT '{source.name}' AS source, {self._period_text(table)} AS period, rule, count(*) AS rejected "
            f"FROM {self._address(table)} CROSS JOIN UNNEST(split({FAILED_RULES}, ',')) AS broken (rule) "
            "GROUP BY 1, 2, 3"
            for source, table in rejecting
        )
        description = f"Rows in quarantine by source, {self._partitions.grain} and the rule they broke"
        yield NamedQuery(name="quality-rules", description=description, sql=f"{rules}\nORDER BY rejected DESC")
        rows = _union(
            f"SELECT '{source.name}' AS source, {self._period_text(table)} AS period, {is_rejected} AS is_rejected "
            f"FROM {self._address(each)}"
            for source, table in rejecting
            for each, is_rejected in ((source, 0), (table, 1))
        )
        share = "SELECT source, period, count(*) AS delivered, sum(is_rejected) AS rejected"
        sql = f"{share}, avg(1e0 * is_rejected) AS rejected_share\nFROM (\n{rows}\n) AS delivered_rows\n"
        order = "GROUP BY source, period\nORDER BY rejected_share DESC"
        description = f"Rows delivered and rejected by source and {self._partitions.grain}"
        yield NamedQuery(name="quality-share", description=description, sql=sql + order)

    def cost(self, tables: Iterable[Table]) -> NamedQuery:
        """The bytes and files of each table, which determine the cost of storage, scans and requests."""
        files = _union(
            f"SELECT '{table.zone}.{table.name}' AS table_name, count(*) AS files, sum(record_count) AS row_count, "
            f"sum(file_size_in_bytes) / 1e9 AS gigabytes, avg(file_size_in_bytes) / 1e6 AS megabytes_per_file "
            f"FROM {self._address(table, part='$files')}"
            for table in tables
        )
        description = "Size, rows and files of each table: what storage, scans and requests cost"
        return NamedQuery(name="cost-storage", description=description, sql=f"{files}\nORDER BY gigabytes DESC")

    def snapshots(self, tables: Iterable[Table]) -> NamedQuery:
        """All snapshots, which models and reports refer to by id."""
        snapshots = _union(
            f"SELECT '{table.zone}.{table.name}' AS table_name, committed_at, snapshot_id, parent_id, operation "
            f"FROM {self._address(table, part='$snapshots')}"
            for table in tables
        )
        description = "Every commit of every table, by the snapshot id that runs and models name"
        return NamedQuery(name="lineage-snapshots", description=description, sql=f"{snapshots}\nORDER BY 2 DESC")

    def predictions(self, table: Table) -> NamedQuery:
        """The model version and run of each period's predictions."""
        time = table.event_time
        at = f', min("{time}") AS first_moment, max("{time}") AS last_moment' if time else ""
        sql = f"""SELECT {self._period(table)} AS period, {MODEL_VERSION}, {RUN_ID}, count(*) AS row_count{at}
FROM {self._address(table)}
GROUP BY 1, 2, 3
ORDER BY 1 DESC"""
        description = f"Model version and run behind the predictions of {table.name}"
        return NamedQuery(name=f"lineage-{table.zone}-{table.name}", description=description, sql=sql)

    def _period(self, table: Table) -> str:
        """The SQL expression of the partition of a row."""
        if self._partitions.column in table.column_names:
            return f'"{self._partitions.column}"'
        return f"date_trunc('{self._partitions.grain}', \"{table.event_time}\")" if table.event_time else _WHOLE

    def _period_text(self, table: Table) -> str:
        """The SQL expression of the period as text, the same type for tables with and without partitions."""
        return f'"{self._partitions.column}"' if self._partitions.column in table.column_names else _WHOLE

    def _address(self, table: Table, *, part: str = "") -> str:
        return f'"{self._names.database(self._pipeline.name, table.zone)}"."{table.name}{part}"'


def _union(selects: Iterable[str]) -> str:
    return "\nUNION ALL\n".join(selects)
