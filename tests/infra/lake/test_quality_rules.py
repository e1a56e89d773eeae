import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from infra.lake.iceberg_schema import tables_of
from infra.lake.quality_rules import rules_of, ruleset
from jobs.contracts.tables import Column, ColumnType, Quality, Reference, Table, Zone
from jobs.pipelines.flight_delay.datasets import PIPELINE
from jobs.pipelines.flight_delay.sources import AIRLINES, FLIGHTS

#: The part of DQDL's grammar that is used (awslabs/dqdl, DataQualityDefinitionLanguage.g4): no exponents, no escapes.
NUMBER = r"-?\d+(\.\d+)?"
TEXT = r'"[^"\\]+"'
RULE = re.compile(
    rf"(RowCount >= {NUMBER}"
    rf"|IsComplete {TEXT}"
    rf"|IsPrimaryKey( {TEXT})+"
    rf"|ColumnValues {TEXT} (>=|<=) {NUMBER}( where {TEXT})?"
    rf"|ReferentialIntegrity {TEXT} {TEXT} = 1\.0"
    rf"|CustomSql {TEXT} = 0)"
)


def sql_of(rules: list[str]) -> list[str]:
    return [rule.split('"')[1] for rule in rules if rule.startswith("CustomSql")]


def count(sql: str, **tables: list[tuple[object, ...]]) -> int:
    """What Glue would count; its SQL is Spark's."""
    connection = duckdb.connect()
    for name, (header, *rows) in tables.items():
        connection.execute(f'CREATE TABLE "{name}" ({", ".join(map(str, header))})')
        for row in rows:
            connection.table(f'"{name}"').insert(list(row))
    parsed = sqlglot.parse_one(sql, dialect="spark")
    answer = connection.execute(parsed.sql("duckdb", identify=True)).fetchone()
    assert answer is not None
    return int(answer[0])


def test_a_source_s_rules_are_those_its_rows_are_judged_by() -> None:
    assert rules_of(AIRLINES) == [
        "RowCount >= 1",
        'IsComplete "carrier"',
        'IsComplete "name"',
        'IsPrimaryKey "carrier"',
    ]
    rules = rules_of(FLIGHTS)
    assert 'IsPrimaryKey "month" "day" "carrier" "flight" "origin"' in rules
    assert 'ReferentialIntegrity "carrier" "airlines.carrier" = 1.0' in rules
    assert 'ColumnValues "dep_delay" >= -120 where "dep_delay is not null"' in rules
    assert 'ColumnValues "sched_dep_time" <= 2359' in rules


def test_quarantine_may_repeat_rows_but_names_the_rule_they_broke() -> None:
    (quarantined,) = (t for t in PIPELINE.all_tables if (t.zone, t.name) == (Zone.QUARANTINE, "flights"))
    assert rules_of(quarantined) == ['IsComplete "failed_rules"']


@pytest.mark.parametrize("table", tables_of(PIPELINE), ids=lambda table: f"{table.zone}-{table.name}")
def test_every_ruleset_is_dqdl_and_fits_into_glue(table: Table) -> None:
    text = ruleset(table)
    assert text.startswith("Rules = [\n    ")
    assert text.endswith("\n]")
    assert all(RULE.fullmatch(line.strip().removesuffix(",")) for line in text.splitlines()[1:-1])
    assert len(text) <= 65536


@pytest.mark.parametrize(("hours_before_end", "stale"), [(1, 0), (71, 0), (72, 1), (400, 1)])
def test_a_month_that_ends_too_early_is_counted(hours_before_end: int, stale: int) -> None:
    # Two days are allowed, whole days counted as the ingest job does.
    (sql,) = sql_of(rules_of(FLIGHTS))
    newest = datetime(2013, 2, 1, tzinfo=UTC) - timedelta(hours=hours_before_end)
    rows = [("2013-01", newest.replace(tzinfo=None)), ("2013-02", datetime(2013, 2, 28, 23))]
    assert count(sql, primary=[("month text", "time_hour timestamp"), *rows]) == stale


def test_an_absent_reference_is_no_orphan() -> None:
    column = Column(name="carrier", type=ColumnType.STRING, description="may be absent")
    table = replace(
        FLIGHTS,
        columns=(*(c for c in FLIGHTS.columns if c.name != "carrier"), column),
        keys=("flight",),
        quality=Quality(references=(Reference(column="carrier", table="airlines", key="carrier"),)),
    )
    (sql,) = sql_of(rules_of(table))
    airlines: list[tuple[object, ...]] = [("carrier text",), ("UA",)]
    assert count(sql, primary=[("carrier text",), ("UA",), (None,)], airlines=airlines) == 0
    assert count(sql, primary=[("carrier text",), ("XX",), (None,)], airlines=airlines) == 1


LIMITS = st.one_of(st.none(), st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12))
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)


@st.composite
def columns(draw: st.DrawFn) -> Column:
    low, high = draw(LIMITS), draw(LIMITS)
    if low is not None and high is not None and low > high:
        low, high = high, low
    nullable, name = draw(st.booleans()), draw(NAMES)
    return Column(name=name, type=ColumnType.DOUBLE, description="d", nullable=nullable, minimum=low, maximum=high)


@given(st.lists(columns(), min_size=1, max_size=5, unique_by=lambda column: column.name), st.integers(0, 10**9))
def test_any_contract_gives_dqdl_that_says_all_of_it(found: list[Column], minimum_rows: int) -> None:
    quality = Quality(minimum_rows=minimum_rows)
    table = Table(
        name="t", zone=Zone.RAW, description="d", columns=tuple(found), keys=(found[0].name,), quality=quality
    )
    rules = rules_of(table)
    assert all(RULE.fullmatch(rule) for rule in rules)
    assert sum(rule.startswith("IsComplete") for rule in rules) == sum(not column.nullable for column in found)
    limits = [limit for column in found for limit in (column.minimum, column.maximum) if limit is not None]
    written = [float(rule.split()[3]) for rule in rules if rule.startswith("ColumnValues")]
    assert written == [float(limit) for limit in limits]
    assert any(rule.startswith("RowCount") for rule in rules) is (minimum_rows > 0)
