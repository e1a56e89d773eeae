from dataclasses import replace

import pytest

from jobs.contracts.sources import Csv, quarantine_table
from jobs.contracts.tables import ContractError
from tests.sample_pipelines import READINGS


def test_a_quarantine_table_has_the_place_of_the_row_whatever_the_columns_of_its_source() -> None:
    table = quarantine_table(READINGS)

    assert (table.name, table.partition_by) == (f"{READINGS.name}_rows", READINGS.partition_by)
    assert table.column_names == ("failed_rules", "reason", "file", "line", "row", *READINGS.partition_by)
    assert [column.id for column in table.columns] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("is_sensitive", [True, False])
def test_the_text_of_a_row_with_a_sensitive_column_is_sensitive(is_sensitive: bool) -> None:
    columns = tuple(replace(column, sensitive=is_sensitive) for column in READINGS.columns)
    table = quarantine_table(replace(READINGS, columns=columns))

    withheld = [column.name for column in table.columns if column.sensitive and column.name not in table.partition_by]
    assert withheld == (["reason", "row"] if is_sensitive else [])


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
    with pytest.raises(ContractError, match="CSV encoding 'base64' is unknown"):
        Csv(encoding="base64")
    with pytest.raises(ContractError, match="CSV delimiter ';;': allowed is one character"):
        Csv(delimiter=";;")
