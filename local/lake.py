"""SQL on the tables of the local lake with DuckDB, which reads them without Spark and without the local API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import duckdb
from pyiceberg.table import StaticTable

from common import processes
from common.errors import PlatformError
from common.paths import StatePaths
from jobs.contracts.names import LakeNames
from jobs.contracts.pipeline import pipeline_names
from jobs.contracts.tables import TABLE_ZONES, Zone
from local.api.persistence import DurableState
from local.platform import exclusive, running_endpoints
from local.services import s3

_READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


@dataclass(frozen=True)
class LakeTable:
    """A table of the Glue catalog, the location of its current metadata, and its name by pipeline and zone."""

    database: str
    name: str
    location: str
    short_name: str

    @property
    def full_name(self) -> str:
        """The name in Athena."""
        return f"{self.database}.{self.name}"


def lake_tables(paths: StatePaths) -> list[LakeTable]:
    """Return the tables of a state folder, ordered by name."""
    names = LakeNames("dev", "", "")
    return [
        LakeTable(
            table["DatabaseName"],
            table["TableInput"]["Name"],
            table["TableInput"]["Parameters"]["metadata_location"],
            _short_name(names, table["DatabaseName"], table["TableInput"]["Name"]),
        )
        for table in DurableState(paths.catalog).tables()
    ]


@contextmanager
def object_store(paths: StatePaths) -> Iterator[s3.ObjectStore]:
    """Return the S3 server of the running platform, or start one that runs until the block ends."""
    if endpoints := running_endpoints(paths):
        yield endpoints.object_store
        return
    with exclusive(paths):
        processes.stop_recorded(paths.run)
        store, process = s3.start(paths, stop_with_parent=True)
        try:
            s3.wait(store, process, paths)
            yield store
        finally:
            processes.stop_recorded(paths.run)


def reads(query: str) -> list[str]:
    """Return the statements of a query; raises PlatformError for a syntax error and for a statement that writes."""
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise PlatformError(str(error).strip()) from error
    for statement in statements:
        if statement.type not in _READS:
            raise PlatformError(
                f"{statement.type.name} is not allowed: this shell only reads (SELECT, DESCRIBE, SUMMARIZE, SHOW and "
                "EXPLAIN); the jobs of a pipeline write its tables"
            )
    return [statement.query for statement in statements]


class LakeQueries:
    """Answers SQL on the tables of a state folder; a table is read when a query first names it."""

    def __init__(self, paths: StatePaths, store: s3.ObjectStore) -> None:
        self._paths = paths
        self._properties = {
            "s3.endpoint": store.endpoint,
            "s3.access-key-id": s3.ACCESS_KEY,
            "s3.secret-access-key": s3.SECRET_KEY,
            "s3.region": "us-east-1",
        }
        self._read: set[LakeTable] = set()

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        # Only tables of the lake can be read: no file, no extension and no variable of this process.
        connection = duckdb.connect(config={"enable_external_access": "false", "python_enable_replacements": "false"})
        connection.execute("SET TimeZone = 'UTC'")
        return connection

    def answer(self, query: str) -> duckdb.DuckDBPyRelation | None:
        """Return the rows of the last statement, None for an empty query; raises PlatformError if DuckDB rejects it."""
        rows = None
        for statement in reads(query):
            self._provide(statement)
            try:
                rows = self._connection.query(statement)
            except duckdb.Error as error:
                raise PlatformError(f"{str(error).strip()}\n`python -m cli sql --tables` lists the tables") from error
        return rows

    def _provide(self, query: str) -> None:
        """Copy each table that the query names to DuckDB, unless its current version is there already."""
        text = query.replace('"', "").lower()
        for table in lake_tables(self._paths):
            if table not in self._read and (table.full_name in text or table.short_name in text):
                self._copy(table)

    def _copy(self, table: LakeTable) -> None:
        pipeline, zone, name = table.short_name.split(".")
        rows = StaticTable.from_metadata(table.location, self._properties).scan().to_arrow()
        connection = self._connection
        connection.register("incoming", rows)
        for statement in (
            f'CREATE SCHEMA IF NOT EXISTS "{table.database}"',
            f'CREATE OR REPLACE TABLE "{table.database}"."{table.name}" AS SELECT * FROM incoming',
            f"ATTACH IF NOT EXISTS ':memory:' AS \"{pipeline}\"",
            f'CREATE SCHEMA IF NOT EXISTS "{pipeline}"."{zone}"',
            f'CREATE OR REPLACE VIEW "{pipeline}"."{zone}"."{name}" AS '
            f'SELECT * FROM memory."{table.database}"."{table.name}"',
        ):
            connection.execute(statement)
        connection.unregister("incoming")
        self._read.add(table)


def _short_name(names: LakeNames, database: str, table: str) -> str:
    """Return `<pipeline>.<zone>.<table>`; the tables of all pipelines' feature groups are in one database.

    The longest name decides: `walks_daily` has the feature tables that begin with the name of `walks`, too.
    """
    for pipeline in sorted(pipeline_names(), key=len, reverse=True):
        for zone in TABLE_ZONES:
            if database == names.database(pipeline, zone):
                return f"{pipeline}.{zone}.{table}"
        prefix = names.feature_table(pipeline, "")
        if database == names.feature_database and table.startswith(prefix):
            return f"{pipeline}.{Zone.FEATURES}.{table.removeprefix(prefix)}"
    return f"other.{database}.{table}"
