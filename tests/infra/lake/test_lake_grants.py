from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.environments import DEV
from infra.lake.lake_grants import (
    EVERY_TABLE,
    READ,
    WRITE,
    GovernedTable,
    Grant,
    governed_tables,
    job_grants,
    reader_grants,
    table_grants,
)
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineScope
from jobs.contracts.access import ACCESS, SPARK_KINDS, JobKind
from jobs.contracts.tables import Column, ColumnType, Zone
from tests.infra.pipelines import GROUP, KEY, METERS, READINGS, TRAINING, VALUE

NAMES = PlatformNames.of(DEV)
SECRET = replace(VALUE, id=4, name="owner", type=ColumnType.STRING, sensitive=True)
PRIVATE = replace(
    METERS,
    sources=(replace(READINGS, columns=(*READINGS.columns, SECRET)),),
    cleansed=(replace(TRAINING, name="scored", zone=Zone.CLEANSED, columns=(KEY, VALUE, SECRET)),),
    feature_groups=(replace(GROUP, features=(VALUE, SECRET)),),
)
SCOPE = PipelineScope(NAMES, PRIVATE)
TABLES = governed_tables(SCOPE)
READER = "arn:aws:iam::111111111111:role/analyst"
RAW, CLEANSED = (NAMES.database("meters", zone) for zone in (Zone.RAW, Zone.CLEANSED))


def of(kind: JobKind, database: str) -> list[Grant]:
    principal = NAMES.job_role_arn("meters", kind)
    return [
        grant
        for grant in job_grants(SCOPE, TABLES)
        if (grant.principal, grant.database) == (principal, database) and grant.table is not None
    ]


def visible(grants: list[Grant], table: GovernedTable) -> set[str]:
    """The columns of a table that the grants show."""
    return {
        column.name
        for grant in grants
        if grant.database == table.database and grant.table in {table.name, EVERY_TABLE}
        if "SELECT" in grant.permissions
        for column in table.columns
        if column.name not in grant.withheld
    }


def test_a_reader_sees_all_but_the_sensitive_column() -> None:
    grants = reader_grants([READER], TABLES)
    assert (
        Grant(principal=READER, database=RAW, table="readings", permissions=("SELECT",), withheld=("owner",)) in grants
    )
    assert (
        Grant(principal=READER, database=NAMES.database("meters", Zone.DATASETS), table=EVERY_TABLE, permissions=READ)
        in grants
    )
    assert all("owner" not in visible(grants, table) for table in TABLES)


def test_who_cleanses_needs_the_sensitive_column_and_who_comes_after_does_not() -> None:
    assert [(grant.table, grant.permissions) for grant in of(JobKind.CLEANSE, RAW)] == [(EVERY_TABLE, READ)]
    assert [(grant.table, grant.permissions) for grant in of(JobKind.CLEANSE, CLEANSED)] == [(EVERY_TABLE, WRITE)]
    assert [(grant.table, grant.withheld) for grant in of(JobKind.FEATURE, CLEANSED)] == [("scored", ("owner",))]
    assert of(JobKind.FEATURE, RAW) == []


def test_tables_of_feature_groups_are_always_named() -> None:
    table = NAMES.feature_table("meters", "meter_days")
    # Other pipelines have tables in the same database.
    assert [(grant.table, grant.permissions) for grant in of(JobKind.FEATURE, NAMES.feature_database)] == [
        (table, WRITE)
    ]
    assert [(grant.table, grant.withheld) for grant in of(JobKind.DATASET, NAMES.feature_database)] == [
        (table, ("owner",))
    ]


def test_a_table_of_nothing_but_secrets_is_not_granted() -> None:
    table = GovernedTable(database="d", name="t", zone=Zone.RAW, columns=(SECRET,))
    assert list(table_grants(READER, [table], READ, sees_sensitive=False)) == [
        Grant(principal=READER, database="d", permissions=("DESCRIBE",))
    ]


@pytest.mark.parametrize("kind", SPARK_KINDS)
def test_a_job_gets_the_zones_of_its_contract_and_no_others(kind: JobKind) -> None:
    access, principal = ACCESS[kind], NAMES.job_role_arn("meters", kind)
    grants = [grant for grant in job_grants(SCOPE, TABLES) if grant.principal == principal]
    for table in TABLES:
        granted = {
            permission
            for grant in grants
            if grant.database == table.database and grant.table in {table.name, EVERY_TABLE}
            for permission in grant.permissions
        }
        assert ("INSERT" in granted) is (table.zone in access.writes)
        assert ("SELECT" in granted) is (table.zone in access.readable)


def test_nobody_is_granted_twice_and_nobody_is_everybody() -> None:
    grants = [*job_grants(SCOPE, TABLES), *reader_grants([READER], TABLES)]
    places = [(grant.principal, grant.database, grant.table) for grant in grants]
    assert len(places) == len(set(places))
    assert not [principal for principal, *_ in places if not principal.startswith("arn:aws:iam::111111111111:role/")]


MARKS = st.lists(st.lists(st.booleans(), min_size=1, max_size=5), min_size=1, max_size=5)


@given(MARKS, st.booleans(), st.sampled_from(["database", NAMES.feature_database]))
def test_exactly_the_columns_without_a_mark_are_seen(
    marks: list[list[bool]], sees_sensitive: bool, database: str
) -> None:
    tables = [
        GovernedTable(
            database=database,
            name=f"t{number}",
            zone=Zone.RAW,
            columns=tuple(
                Column(name=f"c{position}", type=ColumnType.INT, description="d", sensitive=is_sensitive)
                for position, is_sensitive in enumerate(columns)
            ),
        )
        for number, columns in enumerate(marks)
    ]
    grants = list(table_grants(READER, tables, READ, sees_sensitive=sees_sensitive))
    for table in tables:
        allowed = {column.name for column in table.columns if sees_sensitive or not column.sensitive}
        assert visible(grants, table) == allowed
