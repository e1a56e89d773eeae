"""Contracts as rulesets of Glue Data Quality, in its language DQDL: pure text."""

from collections.abc import Iterator
from decimal import Decimal

from jobs.contracts.tables import Column, Reference, Table, Zone

#: The partition in which data arrives; its value is a month as YYYY-MM.
_MONTH = "month"


def ruleset(table: Table) -> str:
    """The rules that every row and the table as a whole must pass, one per line."""
    rules = ",\n".join(f"    {rule}" for rule in rules_of(table))
    return f"Rules = [\n{rules}\n]"


def rules_of(table: Table) -> list[str]:
    """The table's rules in declared order: size, columns, keys, references, freshness."""
    rules = [f"RowCount >= {table.quality.minimum_rows}"] if table.quality.minimum_rows else []
    for column in table.columns:
        rules += _column_rules(column)
    # Quarantine keeps what was delivered, repeated rows too.
    if table.zone is not Zone.QUARANTINE:
        rules.append(f"IsPrimaryKey {' '.join(map(_quoted, table.keys))}")
    rules += [_reference_rule(table, reference) for reference in table.quality.references]
    return [*rules, *_freshness(table)]


def _column_rules(column: Column) -> Iterator[str]:
    if not column.nullable:
        yield f"IsComplete {_quoted(column.name)}"
    # A null fails a comparison of values (Glue developer guide, ColumnValues, read 2026-11-24); `between` is exclusive.
    only_values = f" where {_quoted(f'{column.name} is not null')}" if column.nullable else ""
    for operator, limit in ((">=", column.minimum), ("<=", column.maximum)):
        if limit is not None:
            yield f"ColumnValues {_quoted(column.name)} {operator} {_number(limit)}{only_values}"


def _reference_rule(table: Table, reference: Reference) -> str:
    """The referenced table is an additional data source of a run, under its own name as alias."""
    column, other, key = reference.column, reference.table, reference.key
    if not table.column(column).nullable:
        return f"ReferentialIntegrity {_quoted(column)} {_quoted(f'{other}.{key}')} = 1.0"
    # That rule counts nulls as orphans, and takes no condition.
    orphans = f"select count(*) from primary left join {other} on primary.{column} = {other}.{key}"
    return f"CustomSql {_quoted(f'{orphans} where primary.{column} is not null and {other}.{key} is null')} = 0"


def _freshness(table: Table) -> Iterator[str]:
    """No month may end with rows older than the contract allows; DataFreshness would judge every row against today."""
    days = table.quality.freshness_days
    if days is None or table.event_time is None or _MONTH not in table.partition_by:
        return
    newest = f"select {_MONTH}, max({table.event_time}) as newest from primary group by {_MONTH}"
    last_moment = f"add_months(to_date({_MONTH}, 'yyyy-MM'), 1) - interval {days + 1} days"
    stale = f"select count(*) from ({newest}) where newest <= {last_moment}"
    yield f"CustomSql {_quoted(stale)} = 0"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _number(value: float) -> str:
    """The number in plain digits: DQDL knows no exponents."""
    return format(Decimal(repr(value)).normalize(), "f")
