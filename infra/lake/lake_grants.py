"""Who may see which tables and columns, written from the contracts of tables and of jobs: pure values.

Only shapes that are known to work from CloudFormation are used: DESCRIBE on a database, rights on every table of a
database or on one table, and SELECT on the columns of one table (aws/modern-data-architecture-accelerator tests the
first three; the last is the only one Lake Formation has for columns).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from infra.lake.iceberg_schema import tables_of
from infra.names import PlatformNames
from jobs.contracts.access import ACCESS, SPARK_KINDS
from jobs.contracts.features import FEATURE_STORE_DATABASE
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Column, Zone

EVERY_TABLE = "every table"

READ = ("DESCRIBE", "SELECT")
#: What Glue's optimizers need of a table (Glue developer guide, table optimization prerequisites, read 2026-11-24).
MAINTAIN = ("ALTER", "DELETE", "DESCRIBE", "INSERT")
WRITE = (*MAINTAIN, "SELECT")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Rights of a principal on a database, or on one or every table of it but for the withheld columns."""

    principal: str
    database: str
    permissions: tuple[str, ...]
    table: str | None = None
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GovernedTable:
    """A table of the catalog and the columns that few may see."""

    database: str
    name: str
    zone: Zone
    columns: tuple[Column, ...]

    @property
    def sensitive(self) -> tuple[str, ...]:
        """The columns that the contract marks."""
        return tuple(column.name for column in self.columns if column.sensitive)


def governed_tables(names: PlatformNames, pipelines: Iterable[Pipeline]) -> list[GovernedTable]:
    """All tables of the pipelines, offline stores of feature groups among them, by database."""
    found = []
    for pipeline in pipelines:
        for table in tables_of(pipeline):
            database = names.database(pipeline.name, table.zone)
            found.append(GovernedTable(database=database, name=table.name, zone=table.zone, columns=table.columns))
        for group in pipeline.feature_groups:
            name, columns = names.feature_table(pipeline.name, group.name), group.columns
            found.append(GovernedTable(database=FEATURE_STORE_DATABASE, name=name, zone=Zone.FEATURES, columns=columns))
    return sorted(found, key=lambda table: (table.database, table.name))


def job_grants(names: PlatformNames, tables: Sequence[GovernedTable]) -> list[Grant]:
    """What each kind of job that reads tables by the catalog may do, by its access."""
    found: list[Grant] = []
    for kind in SPARK_KINDS:
        access, principal = ACCESS[kind], names.role_arn(kind)
        written = [table for table in tables if table.zone in access.writes]
        read = [table for table in tables if table.zone in access.readable and table.zone not in access.writes]
        found += table_grants(principal, written, WRITE, sees_sensitive=True)
        found += table_grants(principal, read, READ, sees_sensitive=access.sensitive)
    return found


def reader_grants(principals: Iterable[str], tables: Sequence[GovernedTable]) -> list[Grant]:
    """People who ask questions see every table, and no sensitive column."""
    return [grant for principal in principals for grant in table_grants(principal, tables, READ, sees_sensitive=False)]


def table_grants(
    principal: str, tables: Iterable[GovernedTable], permissions: tuple[str, ...], *, sees_sensitive: bool
) -> Iterator[Grant]:
    """The fewest grants that give the permissions on these tables; `tables` hold whole databases of the platform."""
    for database, group in groupby(tables, key=lambda table: table.database):
        members = list(group)
        yield Grant(principal=principal, database=database, permissions=("DESCRIBE",))
        withholds = not sees_sensitive and any(table.sensitive for table in members)
        # The feature store's database is SageMaker's: other tables of the account may lie there.
        if not withholds and database != FEATURE_STORE_DATABASE:
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
