"""Compare the field ids of deployed Iceberg tables with the contracts, and correct them in empty tables.

Glue's documentation does not say whether a new table keeps ids that are not consecutive; Iceberg's own catalogs number
the columns of a new table by position (apache/iceberg issue 17614, 2026-08). This matters for a table that is created
after a column was removed from its contract: the next change of the schema would then move columns to other ids.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from common.errors import PlatformError
from infra.lake.iceberg_schema import iceberg_fields, iceberg_partitions
from infra.names import PlatformNames
from infra.pipeline_scope import pipeline_stack
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Table

#: What `UpdateTable` accepts of the answer of `GetTable`.
_TABLE_INPUT = ("Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType")


@dataclass(frozen=True, kw_only=True)
class DeployedTable:
    """A table of the catalog with its current Iceberg metadata."""

    database: str
    contract: Table
    entry: Mapping[str, Any]
    location: str
    metadata: Mapping[str, Any]

    @property
    def differences(self) -> list[str]:
        """A sentence for each column whose id is not that of the contract."""
        name = f"{self.database}.{self.contract.name}"
        ids = {field["name"]: field["id"] for field in _schema(self.metadata)["fields"]}
        return [
            f"{name}: column {column.name} has the id {ids[column.name]}, the contract says {column.field_id}"
            for column in self.contract.stored_columns
            if ids.get(column.name, column.field_id) != column.field_id
        ]

    @property
    def is_empty(self) -> bool:
        """Whether no data file was ever committed."""
        return not self.metadata.get("snapshots")


def deployed_tables(glue: Any, s3: Any, names: PlatformNames, pipelines: Iterable[Pipeline]) -> Iterator[DeployedTable]:
    """Yield the tables of the contracts; raises PlatformError for one that is missing or no Iceberg table."""
    for pipeline in pipelines:
        for table in pipeline.all_tables:
            database = names.database(pipeline.name, table.zone)
            try:
                entry = glue.get_table(DatabaseName=database, Name=table.name)["Table"]
            except glue.exceptions.EntityNotFoundException as error:
                stack = pipeline_stack(pipeline.name)
                raise PlatformError(
                    f"{database}.{table.name} does not exist; deploy the stack {stack} first"
                ) from error
            location = entry.get("Parameters", {}).get("metadata_location")
            if location is None:
                raise PlatformError(f"{database}.{table.name} has no Iceberg metadata; delete and deploy it again")
            body = s3.get_object(**_address(location))["Body"].read()
            yield DeployedTable(
                database=database, contract=table, entry=entry, location=location, metadata=json.loads(body)
            )


def repair(glue: Any, s3: Any, table: DeployedTable) -> None:
    """Give an empty table the ids of its contract, in a new metadata file as every Iceberg commit writes one.

    Raises PlatformError for a table with data, whose files name columns by the present ids.
    """
    if not table.is_empty:
        raise PlatformError(
            f"{table.database}.{table.contract.name} has data under its present ids; give the contract these ids, or "
            "write the table again under another name"
        )
    folder = table.location.rpartition("/")[0]
    location = f"{folder}/{_next_number(table.location):05d}-{uuid4()}.metadata.json"
    s3.put_object(**_address(location), Body=json.dumps(_with_contract(table)).encode())
    parameters = {
        **table.entry["Parameters"],
        "metadata_location": location,
        "previous_metadata_location": table.location,
    }
    changed = {key: table.entry[key] for key in _TABLE_INPUT if key in table.entry}
    glue.update_table(DatabaseName=table.database, TableInput={**changed, "Parameters": parameters})


def _with_contract(table: DeployedTable) -> dict[str, Any]:
    """Return the metadata with the schema and partition spec of the contract instead of all present ones."""
    fields, partitions, metadata = iceberg_fields(table.contract), iceberg_partitions(table.contract), table.metadata
    spec = [{key.replace("_", "-"): value for key, value in each.items()} for each in partitions]
    log = {"metadata-file": table.location, "timestamp-ms": metadata["last-updated-ms"]}
    return {
        **metadata,
        "last-updated-ms": time.time_ns() // 1_000_000,
        "last-column-id": max(field["id"] for field in fields),
        "schemas": [{"type": "struct", "schema-id": 0, "fields": fields}],
        "current-schema-id": 0,
        "partition-specs": [{"spec-id": 0, "fields": spec}],
        "default-spec-id": 0,
        "last-partition-id": 999 + len(spec),
        "metadata-log": [*metadata.get("metadata-log", []), log],
    }


def _schema(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    current = metadata["current-schema-id"]
    return next(schema for schema in metadata["schemas"] if schema["schema-id"] == current)


def _next_number(location: str) -> int:
    number = location.rpartition("/")[2].partition("-")[0]
    return int(number) + 1 if number.isdigit() else 1


def _address(uri: str) -> dict[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": key}
