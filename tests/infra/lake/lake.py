"""A lake in DuckDB with the databases and tables of the Data Catalog, in which tests run the saved queries."""

from collections.abc import Sequence
from typing import Any

import duckdb
import sqlglot

from infra.names import PlatformNames
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Table, Zone

#: Athena's metadata tables of Iceberg (Athena user guide, querying Iceberg table metadata).
FILES = {"file_path": "varchar", "record_count": "bigint", "file_size_in_bytes": "bigint"}
SNAPSHOTS = {
    "committed_at": "timestamptz",
    "snapshot_id": "bigint",
    "parent_id": "bigint",
    "operation": "varchar",
    "manifest_list": "varchar",
}


class Lake:
    """The tables of a pipeline, empty at first; `insert` sets columns that a row leaves out to null."""

    def __init__(self, names: PlatformNames, pipeline: Pipeline) -> None:
        self._names, self._pipeline = names, pipeline
        self._connection = duckdb.connect()
        for zone in {table.zone for table in pipeline.all_tables}:
            self._connection.execute(f'CREATE SCHEMA "{names.database(pipeline.name, zone)}"')
        for table in pipeline.all_tables:
            self._create(table.zone, table.name, {column.name: column.type.value for column in table.columns})
            self._create(table.zone, f"{table.name}$files", FILES)
            self._create(table.zone, f"{table.name}$snapshots", SNAPSHOTS)

    def insert(self, zone: Zone, table: str, rows: Sequence[dict[str, Any]]) -> None:
        for row in rows:
            values = sqlglot.exp.values([tuple(sqlglot.exp.Placeholder() for _ in row)])
            statement = sqlglot.exp.insert(values, self._address(zone, table), columns=list(row))
            self._connection.execute(statement.sql("duckdb"), list(row.values()))

    def query(self, sql: str, *, dialect: str = "athena") -> list[dict[str, Any]]:
        (translated,) = sqlglot.transpile(sql, read=dialect, write="duckdb")
        answer = self._connection.execute(translated)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def _create(self, zone: Zone, name: str, columns: dict[str, str]) -> None:
        fields = ", ".join(f"{column} {sql_type}" for column, sql_type in columns.items())
        self._connection.execute(f"CREATE TABLE {self._address(zone, name)} ({fields})")

    def _address(self, zone: Zone, table: str) -> str:
        return f'"{self._names.database(self._pipeline.name, zone)}"."{table}"'


def lake_table(pipeline: Pipeline, zone: Zone, name: str) -> Table:
    (match,) = (table for table in pipeline.all_tables if (table.zone, table.name) == (zone, name))
    return match
