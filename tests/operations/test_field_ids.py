import json
from dataclasses import replace
from typing import Any

import pytest
from pyiceberg.table.metadata import TableMetadataUtil

from common.errors import PlatformError
from jobs.contracts.tables import Table
from operations.field_ids import DeployedTable, deployed_tables, repair
from operations.teardown.account import Account
from tests.infra.pipelines import METERS, READINGS
from tests.operations.teardown.conftest import NAMES, account

__all__ = ["account"]
#: A contract from which the column with id 2 was removed, so that a catalog which numbers by position differs.
SPARSE = replace(READINGS, columns=(READINGS.columns[0], READINGS.columns[2]), partition_by=("bucket(8, meter)",))
PIPELINE = replace(METERS, sources=(SPARSE,))
DATABASE = NAMES.database("meters", SPARSE.zone)


def created(account: Account, ids: dict[str, int], snapshots: int = 0) -> None:
    """A table as a catalog creates it, with these ids."""
    bucket, key = NAMES.bucket(SPARSE.zone), "meters/readings/metadata/00000-1.metadata.json"
    metadata = {
        "format-version": 2,
        "table-uuid": "39a948f9-0000-4000-8000-000000000000",
        "location": f"s3://{bucket}/meters/readings",
        "last-sequence-number": 0,
        "last-updated-ms": 1,
        "last-column-id": len(ids),
        "schemas": [{"type": "struct", "schema-id": 0, "fields": _fields(ids)}],
        "current-schema-id": 0,
        "partition-specs": [{"spec-id": 0, "fields": []}],
        "default-spec-id": 0,
        "last-partition-id": 999,
        "sort-orders": [{"order-id": 0, "fields": []}],
        "default-sort-order-id": 0,
        "snapshots": [{}] * snapshots,
    }
    s3, glue = account.client("s3"), account.client("glue")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(metadata).encode())
    glue.create_database(DatabaseInput={"Name": DATABASE})
    parameters = {"table_type": "ICEBERG", "metadata_location": f"s3://{bucket}/{key}"}
    glue.create_table(DatabaseName=DATABASE, TableInput={"Name": SPARSE.name, "Parameters": parameters})


def _fields(ids: dict[str, int]) -> list[dict[str, Any]]:
    types = {"meter": "string", "value": "long"}
    return [{"id": each, "name": name, "type": types[name], "required": False} for name, each in ids.items()]


def deployed(account: Account) -> DeployedTable:
    """The table of the source, which comes before the tables that are derived from it."""
    return next(deployed_tables(account.client("glue"), account.client("s3"), NAMES, [PIPELINE]))


def by_position(table: Table) -> dict[str, int]:
    return {column.name: number for number, column in enumerate(table.columns, start=1)}


def test_a_table_with_the_ids_of_its_contract_does_not_differ(account: Account) -> None:
    created(account, {"meter": 1, "value": 3})
    assert deployed(account).differences == []


def test_an_empty_table_that_was_numbered_by_position_gets_the_ids_of_its_contract(account: Account) -> None:
    created(account, by_position(SPARSE))
    (difference,) = deployed(account).differences
    assert difference == f"{DATABASE}.readings: column value has the id 2, the contract says 3"
    repair(account.client("glue"), account.client("s3"), deployed(account))
    after = deployed(account)
    assert after.differences == []
    assert "/00001-" in after.location
    parameters = account.client("glue").get_table(DatabaseName=DATABASE, Name="readings")["Table"]["Parameters"]
    assert parameters["table_type"] == "ICEBERG"
    read = TableMetadataUtil.parse_obj(dict(after.metadata))
    assert (read.schema().find_field("value").field_id, read.last_column_id) == (3, 3)
    assert [(each.source_id, each.field_id) for each in read.spec().fields] == [(1, 1000)]


def test_a_table_with_data_keeps_its_ids(account: Account) -> None:
    created(account, by_position(SPARSE), snapshots=1)
    with pytest.raises(PlatformError, match="has data under its present ids"):
        repair(account.client("glue"), account.client("s3"), deployed(account))


def test_a_missing_table_is_named(account: Account) -> None:
    with pytest.raises(
        PlatformError, match=rf"{DATABASE}\.readings does not exist; deploy the stack pipeline-.+ first"
    ):
        deployed(account)
