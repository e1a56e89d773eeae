from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.validation import ConfigError
from infra.lake.iceberg_schema import PartitionField, iceberg_fields, iceberg_partitions, partition_field, tables_of
from tests.infra.pipelines import METERS, READINGS, TRAINING


@pytest.mark.parametrize(
    ("text", "column", "transform", "name"),
    [
        ("month", "month", "identity", "month"),
        ("days(read_at)", "read_at", "day", "read_at_day"),
        ("months(read_at)", "read_at", "month", "read_at_month"),
        ("bucket(8, meter)", "meter", "bucket[8]", "meter_bucket"),
        ("truncate(10, event_time)", "event_time", "truncate[10]", "event_time_trunc"),
    ],
)
def test_partition_functions_of_spark_become_iceberg_transforms(
    text: str, column: str, transform: str, name: str
) -> None:
    field = partition_field(text)
    assert (field, field.name) == (PartitionField(column=column, transform=transform), name)


@pytest.mark.parametrize(
    "text", ["day(read_at)", "bucket(meter)", "days(1, read_at)", "a b", "", "days(read_at", "f(x)"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"partition field: received .*; allowed is column, years"):
        partition_field(text)


@given(st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True))
def test_a_bare_column_is_its_own_partition(column: str) -> None:
    assert partition_field(column) == PartitionField(column=column, transform="identity")


def test_columns_become_optional_fields_in_the_order_of_their_ids() -> None:
    fields = iceberg_fields(replace(READINGS, columns=tuple(reversed(READINGS.columns))))
    assert [(field["id"], field["name"], field["type"]) for field in fields] == [
        (1, "meter", "string"),
        (2, "read_at", "timestamptz"),
        (3, "value", "long"),
    ]
    assert not any(field["required"] for field in fields)


def test_partitions_point_at_their_columns() -> None:
    assert iceberg_partitions(READINGS) == [
        {"source_id": 2, "name": "read_at_day", "transform": "day", "field_id": 1000},
        {"source_id": 1, "name": "meter_bucket", "transform": "bucket[8]", "field_id": 1001},
    ]
    assert iceberg_partitions(TRAINING) == []


def test_a_column_in_the_middle_moves_neither_ids_nor_partitions() -> None:
    inserted = replace(READINGS.columns[2], id=4, name="cost")
    changed = replace(READINGS, columns=(READINGS.columns[0], inserted, *READINGS.columns[1:]))
    assert iceberg_fields(changed)[:3] == iceberg_fields(READINGS)
    assert iceberg_partitions(changed) == iceberg_partitions(READINGS)


def test_a_partition_of_no_column_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"table readings: partitioned by \['month'\]; columns are"):
        iceberg_partitions(replace(READINGS, partition_by=("month",)))


def test_tables_come_in_a_stable_order() -> None:
    reordered = replace(METERS, dataset=METERS.predictions, predictions=METERS.dataset)
    assert tables_of(METERS) == tables_of(reordered)
