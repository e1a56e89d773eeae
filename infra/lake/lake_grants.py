"""Lake Formation grants on tables and columns as values, derived from the contracts of tables and jobs.

Only forms that are known to work from CloudFormation are used: DESCRIBE on a database, permissions on every table of a
database or on one table, and SELECT on the columns of one table (aws/modern-data-architecture-accelerator tests the
first three; the last is Lake Formation's only form for columns).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from infra.lake.iceberg_schema import tables_of
from infra.pipeline_scope import PipelineScope
from jobs.contracts.access import ACCESS, SPARK_KINDS
from jobs.contracts.tables import Column, Zone

EVERY_TABLE = "every table"

READ = ("DESCRIBE", "SELECT")
#: The permissions that Glue's optimizers need on a table (Glue developer guide, table optimization prerequisites, read
#: 2026-11-24).
MAINTAIN = ("ALTER", "DELETE", "DESCRIBE", "INSERT")
WRITE = (*MAINTAIN, "SELECT")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Permissions of a principal on a database, or on one or every table of it except the withheld columns."""

    principal: str
    database: str
    permissions: tuple[str, ...]
    table: str | None = None
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GovernedTable:
    """A table of the Data Catalog with its columns; in a shared database, others may belong to other pipelines."""

    database: str
    name: str
    zone: Zone
    columns: tuple[Column, ...]
    is_shared: bool = False

    @property
    def sensitive(self) -> tuple[str, ...]:
        """The names of the columns that the contract marks as sensitive."""
        return tuple(column.name for column in self.columns if column.sensitive)


def governed_tables(scope: PipelineScope) -> list[GovernedTable]:
    """All tables of a pipeline, including the offline stores of feature groups, ordered by database and name."""
    names, pipeline, tables = scope.names, scope.pipeline, []
    for table in tables_of(pipeline):
        database = names.database(pipeline.name, table.zone)
        tables.append(GovernedTable(database=database, name=table.name, zone=table.zone, columns=table.columns))
    for group in pipeline.feature_groups:
        tables.append(
            GovernedTable(
                database=names.feature_database,
                name=names.feature_table(pipeline.name, group.name),
                zone=Zone.FEATURES,
                columns=group.columns,
                is_shared=True,
            )
        )
    return sorted(tables, key=lambda table: (table.database, table.name))


def job_grants(scope: PipelineScope, tables: Sequence[GovernedTable]) -> list[Grant]:
    """The grants of each Spark job kind of a pipeline, derived from its access contract."""
    grants: list[Grant] = []
    for kind in SPARK_KINDS:
        access, principal = ACCESS[kind], scope.names.job_role_arn(scope.name, kind)
        written = [table for table in tables if table.zone in access.writes]
        read = [table for table in tables if table.zone in access.readable and table.zone not in access.writes]
        grants += table_grants(principal, written, WRITE, sees_sensitive=True)
        grants += table_grants(principal, read, READ, sees_sensitive=access.sensitive)
    return grants


def reader_grants(principals: Iterable[str], tables: Sequence[GovernedTable]) -> list[Grant]:
    """The grants of people who query the lake: every table without its sensitive columns."""
    return [grant for principal in principals for grant in table_grants(principal, tables, READ, sees_sensitive=False)]


def table_grants(
    principal: str, tables: Iterable[GovernedTable], permissions: tuple[str, ...], *, sees_sensitive: bool
) -> Iterator[Grant]:
    """The fewest grants that give the permissions on the tables: all tables of each database that is not shared."""
    for database, group in groupby(tables, key=lambda table: table.database):
        members = list(group)
        yield Grant(principal=principal, database=database, permissions=("DESCRIBE",))
        withholds = not sees_sensitive and any(table.sensitive for table in members)
        if not withholds and not any(table.is_shared for table in members):
            yield Grant(principal=principal, database=database, table=EVERY_TABLE, permissions=permissions)
            continue
        for table in members:
            yield from _on_table(principal, table, permissions, () if sees_sensitive else table.sensitive)


def _on_table(
    principal: str, table: GovernedTable, permissions: tuple[str, ...], withheld: tuple[str, ...]
) -> Iterator[Grant]:
    if len(withheld) == len(table.columns):
        return
    yield Grant(
        principal=principal,
        database=table.database,
        table=table.name,
        permissions=("SELECT",) if withheld else permissions,
        withheld=withheld,
    )
