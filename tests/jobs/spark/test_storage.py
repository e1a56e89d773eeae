import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, DataFrameWriterV2, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.tables import Column, ColumnType, ContractError, Table, Zone
from jobs.spark import commits, storage
from tests.jobs.spark.samples import compact

TABLE = Table(
    name="values",
    zone=Zone.RAW,
    description="a value a month",
    columns=(
        Column(id=1, name="id", type=ColumnType.BIGINT, description="the row's number"),
        Column(id=2, name="month", type=ColumnType.STRING, description="month"),
    ),
    keys=("id",),
    partition_by=("month",),
)


def _rows(spark: SparkSession, count: int, month: str) -> DataFrame:
    return spark.range(count).withColumn("month", F.lit(month))


def test_one_month_is_replaced_in_one_commit(spark: SparkSession) -> None:
    address = "lake.storage.replaced"
    storage.create_table(spark, address, TABLE)
    storage.create_table(spark, address, TABLE)
    first = storage.overwrite(_rows(spark, 2, "2013-01"), address, where=F.col("month") == "2013-01")
    storage.overwrite(_rows(spark, 3, "2013-02"), address, where=F.col("month") == "2013-02")
    storage.overwrite(_rows(spark, 5, "2013-01"), address, where=F.col("month") == "2013-01")

    assert first.rows == 2
    assert storage.read(spark, address).count() == 8
    assert storage.read(spark, address, snapshot=first.snapshot_id).count() == 2


def test_a_write_that_dies_half_way_leaves_the_month_as_it_was(spark: SparkSession) -> None:
    address = "lake.storage.half"
    storage.create_table(spark, address, TABLE)
    before = storage.overwrite(_rows(spark, 4, "2013-01"), address, where=F.col("month") == "2013-01")
    explodes = F.when(F.col("id") < 900, F.col("id")).otherwise(F.raise_error(F.lit("disk gone")).cast("bigint"))
    # Without a shuffle before the write, three tasks finish their data files before the fourth fails.
    spark.sql(f"ALTER TABLE {address} SET TBLPROPERTIES ('write.distribution-mode' = 'none')")
    half = spark.range(0, 1000, 1, 4).select(explodes.alias("id"), F.lit("2013-01").alias("month"))

    with pytest.raises((PySparkException, Py4JJavaError), match="disk gone"):
        storage.overwrite(half, address, where=F.col("month") == "2013-01")

    assert storage.snapshot_id(spark, address) == before.snapshot_id
    assert storage.read(spark, address).count() == 4


def test_data_files_are_those_of_the_snapshot(spark: SparkSession) -> None:
    address = "lake.storage.listed"
    storage.create_table(spark, address, TABLE)
    first = storage.overwrite(_rows(spark, 2, "2013-01"), address, where=F.lit(True))
    storage.overwrite(_rows(spark, 2, "2013-02"), address, where=F.lit(True))

    files = storage.data_files(spark, address, snapshot=first.snapshot_id, partition="month")

    assert list(files) == ["2013-01"]
    assert spark.read.parquet(*(file.path for file in files["2013-01"])).count() == 2
    assert sum(file.rows for file in files["2013-01"]) == 2
    assert all(file.bytes > 0 for file in files["2013-01"])


def test_a_table_with_other_columns_is_refused(spark: SparkSession) -> None:
    address = "lake.storage.other"
    storage.create_table(spark, address, TABLE)
    changed = replace(TABLE, columns=(replace(TABLE.columns[0], type=ColumnType.STRING), TABLE.columns[1]))

    with pytest.raises(ContractError, match=r"columns \['id'\] are \['bigint'\], the contract says \['string'\]"):
        storage.create_table(spark, address, changed)


def test_a_table_that_nobody_wrote_is_named(spark: SparkSession) -> None:
    with pytest.raises(ContractError, match=r"table lake.storage.none does not exist; run the job"):
        storage.read(spark, "lake.storage.none")

    storage.create_table(spark, "lake.storage.empty", TABLE)
    with pytest.raises(ContractError, match=r"table lake.storage.empty has no snapshot; run the job"):
        storage.snapshot_id(spark, "lake.storage.empty")


def _field_ids(spark: SparkSession, address: str) -> dict[str, int]:
    entries = storage.read(spark, f"{address}.metadata_log_entries").orderBy(F.col("timestamp").desc())
    metadata = json.loads(spark.read.text(entries.collect()[0]["file"], wholetext=True).collect()[0]["value"])
    (schema,) = (each for each in metadata["schemas"] if each["schema-id"] == metadata["current-schema-id"])
    return {field["name"]: field["id"] for field in schema["fields"]}


def test_columns_have_the_ids_of_the_contract(spark: SparkSession) -> None:
    """Also where a column was removed from the contract and another one stands at another place than its id."""
    address = "lake.storage.ids"
    columns = (replace(TABLE.columns[1], id=5), replace(TABLE.columns[0], id=2))
    storage.create_table(spark, address, replace(TABLE, columns=columns))
    assert _field_ids(spark, address) == {"id": 2, "month": 5}
    storage.overwrite(_rows(spark, 2, "2013-01"), address, where=F.lit(True))
    assert storage.read(spark, address).count() == 2


def _after_each_write(monkeypatch: pytest.MonkeyPatch, follow: Callable[[], object]) -> None:
    """Let a commit of another writer follow each write before the job looks at the table again."""
    write = DataFrameWriterV2.overwrite

    def overwrite(self: DataFrameWriterV2, condition: Any) -> None:
        write(self, condition)
        monkeypatch.undo()
        follow()

    monkeypatch.setattr(DataFrameWriterV2, "overwrite", overwrite)


def test_a_commit_is_its_own_also_when_another_writer_follows(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "lake.storage.followed"
    storage.create_table(spark, address, TABLE)
    _after_each_write(monkeypatch, lambda: _rows(spark, 3, "2013-02").writeTo(address).append())

    commit = storage.overwrite(_rows(spark, 2, "2013-01"), address, where=F.col("month") == "2013-01")

    assert commit.rows == 2
    assert storage.read(spark, address, snapshot=commit.snapshot_id).count() == 2
    assert storage.read(spark, address).count() == 5


def test_a_commit_is_its_own_also_when_compaction_follows(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "lake.storage.compacted"
    storage.create_table(spark, address, TABLE)
    _after_each_write(monkeypatch, lambda: compact(spark, address))

    commit = storage.overwrite(_rows(spark, 2, "2013-01"), address, where=F.lit(True), properties={"span": "2013-01"})

    operations = [
        row["operation"] for row in storage.read(spark, f"{address}.snapshots").orderBy("committed_at").collect()
    ]
    current = storage.snapshot_id(spark, address)
    assert operations[1:] == ["replace"]
    assert commit.snapshot_id != current
    moved, change = commits.ancestors(spark, address, until=current)
    assert (moved.moved_rows, change.moved_rows) == (True, False)
    assert change == commit
    assert change.properties["span"] == "2013-01"


def test_a_row_outside_of_the_replaced_rows_stops_the_write(spark: SparkSession) -> None:
    address = "lake.storage.outside"
    storage.create_table(spark, address, TABLE)
    rows = _rows(spark, 2, "2013-01").union(_rows(spark, 1, "2013-02"))

    with pytest.raises(ContractError) as error:
        storage.overwrite(rows, address, where=F.col("month").between("2012-12", "2013-01"))

    assert str(error.value) == (
        'table lake.storage.outside: a row with {"month":"2013-02"} is outside of the rows that the job replaces, '
        "allowed is ((month >= 2012-12) AND (month <= 2013-01)); correct the transforms, nothing was written"
    )
    assert storage.read(spark, address).count() == 0


def test_a_row_without_a_partition_is_outside(spark: SparkSession) -> None:
    address = "lake.storage.nowhere"
    storage.create_table(spark, address, TABLE)
    rows = spark.createDataFrame([(1, None)], "id bigint, month string")

    with pytest.raises(ContractError, match=r'a row with \{"month":null\} is outside'):
        storage.overwrite(rows, address, where=F.col("month") == "2013-01")


def test_a_row_that_a_join_removes_does_not_stop_the_write(spark: SparkSession) -> None:
    address = "lake.storage.joined"
    storage.create_table(spark, address, TABLE)
    rows = _rows(spark, 2, "2013-01").union(_rows(spark, 3, "2013-02"))
    kept = spark.createDataFrame([("2013-01",)], "month string")

    commit = storage.overwrite(
        rows.join(kept, "month").select("id", "month"), address, where=F.col("month") == "2013-01"
    )

    assert commit.rows == 2
