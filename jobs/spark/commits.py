"""Commits to Iceberg tables, found by a property of their snapshot: the newest snapshot can be another writer's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from pyspark.sql import DataFrameWriterV2, SparkSession

from jobs.contracts.tables import ContractError

_ID = "platform-commit"
#: The operation of snapshots that write the same rows to other files, such as compaction (Iceberg spec, snapshots).
_SAME_ROWS = "replace"


@dataclass(frozen=True)
class Commit:
    """The snapshot of one write, the number of rows it added, and its properties, some of which the writer gave it."""

    snapshot_id: int
    parent_id: int | None
    committed_at: datetime
    rows: int
    moved_rows: bool
    """Whether it only moved rows to other files, as compaction does."""
    properties: Mapping[str, str]


def named(writer: DataFrameWriterV2, properties: Mapping[str, str]) -> tuple[str, DataFrameWriterV2]:
    """An id of its own for a write, and the writer that stores it with the properties in the snapshot."""
    commit_id = str(uuid4())
    for name, value in {**properties, _ID: commit_id}.items():
        writer = writer.option(f"snapshot-property.{name}", value)
    return commit_id, writer


def find(spark: SparkSession, address: str, commit_id: str) -> Commit:
    """The commit of this id; raises ContractError when the table has no such snapshot."""
    for row in spark.table(f"{address}.snapshots").filter(f"summary['{_ID}'] = '{commit_id}'").collect():
        return _commit(row)
    raise ContractError(f"table {address} has no snapshot of commit {commit_id}, which it accepted; repeat the job")


def tag(spark: SparkSession, address: str, snapshot_id: int, *, name: str, days: int) -> None:
    """Keep a snapshot and its files for so many days, however early other snapshots expire.

    A tag of the same name is moved to the snapshot.
    """
    spark.sql(f"ALTER TABLE {address} CREATE OR REPLACE TAG `{name}` AS OF VERSION {snapshot_id} RETAIN {days} DAYS")


def ancestors(spark: SparkSession, address: str, *, until: int) -> list[Commit]:
    """The commits that lead to a snapshot, newest first; they end where snapshots have expired."""
    snapshots = {row["snapshot_id"]: row for row in spark.table(f"{address}.snapshots").collect()}
    found: list[Commit] = []
    row = snapshots.get(until)
    while row is not None:
        found.append(_commit(row))
        row = snapshots.get(row["parent_id"])
    return found


def _commit(row: Any) -> Commit:
    summary = dict(row["summary"])
    return Commit(
        snapshot_id=int(row["snapshot_id"]),
        parent_id=row["parent_id"],
        committed_at=row["committed_at"],
        rows=int(summary.get("added-records", 0)),
        moved_rows=row["operation"] == _SAME_ROWS,
        properties=summary,
    )
