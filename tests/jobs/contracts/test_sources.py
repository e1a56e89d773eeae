from dataclasses import replace

import pytest

from jobs.contracts.sources import Csv, quarantine_table
from jobs.contracts.tables import Column, ColumnType, ContractError
from tests.sample_pipelines import READINGS


def test_a_quarantine_table_has_the_columns_of_the_source_and_the_rules() -> None:
    table = quarantine_table(READINGS)

    assert table.column_names == (*READINGS.column_names, "failed_rules")
    assert all(column.nullable and column.minimum is None for column in table.columns[:-1])


def test_a_column_that_a_source_gains_later_follows_the_rules_in_its_quarantine() -> None:
    gained = Column(id=5, name="quality", type=ColumnType.INT, description="of the reading")
    later = quarantine_table(replace(READINGS, columns=(*READINGS.columns, gained)))

    assert {column.name: column.id for column in later.columns}["failed_rules"] == 5
    assert {column.name: column.id for column in later.columns}["quality"] == 6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arrival": "readings/readings.csv"}, r"the path of a partitioned source contains \{partition\}"),
        ({"partition_by": ()}, "the path of any other does not"),
        ({"arrival": "/readings/{partition}.csv"}, "allowed is a path below the folder"),
        ({"arrival": "../{partition}.csv"}, "allowed is a path below the folder"),
        ({"delay": -1}, "delay -1; allowed is 0 or more partitions"),
        ({"format": "csv"}, r"format 'csv'; allowed are Csv\(\)"),
    ],
)
def test_an_impossible_source_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        replace(READINGS, **change)  # type: ignore[arg-type]


def test_formats_are_checked() -> None:
    with pytest.raises(ContractError, match="CSV encoding 'utf8000' is unknown"):
        Csv(encoding="utf8000")
    with pytest.raises(ContractError, match="CSV delimiter ';;': allowed is one character"):
        Csv(delimiter=";;")
