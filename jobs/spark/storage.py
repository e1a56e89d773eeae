"""Reading and writing of Iceberg tables; every write is one atomic commit, and a read can name a snapshot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.features import FeatureGroup
from jobs.contracts.names import CATALOG, LakeNames
from jobs.contracts.tables import Column, ColumnType, ContractError, Table
from jobs.spark import commits
from jobs.spark.commits import Commit
from jobs.spark.replaced import guarded, outside_rows

_PROPERTIES = {
    "format-version": "2",
    "write.format.default": "parquet",
    "write.distribution-mode": "hash",
}
_LARGE_FILES = "zstd"
#: A feature table has one small file per day, for which a zstd context per column costs more than it saves.
_SMALL_FILES = "snappy"
#: Partition of SageMaker's offline tables: the first ten characters of an ISO event time are its day.
FEATURE_PARTITION = "truncate(10, event_time)"


@dataclass(frozen=True)
class DataFile:
    """A data file of a table, with its number of rows and its size."""

    path: str
    rows: int
    bytes: int


def open_session(name: str) -> SparkSession:
    """A Spark session in UTC.

    Catalog and sizes come from spark-submit; without a setting, shuffle partitions are twice the number of cores.
    """
    spark = (
        SparkSession.builder.appName(name)
        .config("spark.sql.session.timeZone", "UTC")
        # HotSpot does not compile methods above 8000 bytes, so the generated code of many rules would stay interpreted.
        .config("spark.sql.codegen.hugeMethodLimit", "8000")
        # Persisted frames are read a few times only; their compression took half of the time of cleansing a year.
        .config("spark.sql.inMemoryColumnarStorage.compressed", "false")
        .getOrCreate()
    )
    if spark.sparkContext.getConf().get("spark.sql.shuffle.partitions") is None:
        spark.conf.set("spark.sql.shuffle.partitions", str(2 * spark.sparkContext.defaultParallelism))
    return spark


def schema_of(columns: Iterable[Column]) -> str:
    """Contract columns as Spark DDL; all are nullable, because quality rules report missing values."""
    return ", ".join(f"`{column.name}` {column.type.value}" for column in columns)


def feature_address(names: LakeNames, pipeline: str, group: FeatureGroup) -> str:
    """The full name of a feature group's offline table in Spark SQL."""
    return f"{CATALOG}.{names.feature_database}.{names.feature_table(pipeline, group.name)}"


def create_table(spark: SparkSession, address: str, table: Table) -> None:
    """Create the table of a contract unless it exists; raises ContractError when it has other columns.

    Iceberg numbers the columns of a new table by position, so ids of removed columns are taken by columns that are
    dropped at once: the remaining columns then have the ids of the contract.
    """
    if not spark.catalog.tableExists(address):
        kept = {column.field_id: column for column in table.columns}
        columns = [kept.get(field_id) or _removed(field_id) for field_id in range(1, max(kept) + 1)]
        _create(spark, address, columns, _layout(table.partition_by, codec=_LARGE_FILES))
        for column in columns:
            if column not in table.columns:
                spark.sql(f"ALTER TABLE {address} DROP COLUMN `{column.name}`")
    _require_columns(spark, address, table.columns)


def create_feature_table(spark: SparkSession, address: str, group: FeatureGroup, *, location: str) -> None:
    """Create a feature group's offline table unless SageMaker did; raises ContractError when it has other columns."""
    layout = _layout((FEATURE_PARTITION,), codec=_SMALL_FILES, location=location)
    _create(spark, address, group.offline_columns, layout)
    _require_columns(spark, address, group.offline_columns)


def overwrite(
    frame: DataFrame,
    address: str,
    *,
    where: SparkColumn,
    properties: Mapping[str, str] | None = None,
    file_bytes: int | None = None,
) -> Commit:
    """Replace the rows that match `where` by the rows of the frame, in one commit.

    The snapshot gets the properties; `file_bytes` is about the largest size of a data file. Raises ContractError, and
    writes nothing, if a row of the frame does not match `where`: a second run would not replace it but add it again.
    """
    commit_id, writer = commits.named(guarded(frame, address, where).writeTo(address), properties or {})
    if file_bytes is not None:
        writer = writer.option("target-file-size-bytes", str(file_bytes))
    try:
        writer.overwrite(where)
    except Exception as error:
        if message := outside_rows(error):
            raise ContractError(message) from None
        raise
    return commits.find(frame.sparkSession, address, commit_id)


def read(spark: SparkSession, address: str, *, snapshot: int | None = None) -> DataFrame:
    """A table at its current snapshot or at a given one; raises ContractError when the table does not exist."""
    if not spark.catalog.tableExists(address):
        raise ContractError(f"table {address} does not exist; run the job that writes it first")
    reader = spark.read if snapshot is None else spark.read.option("snapshot-id", str(snapshot))
    return reader.table(address)


def read_snapshot(spark: SparkSession, address: str, snapshot: int) -> DataFrame:
    """A table at the snapshot of an earlier run; raises ContractError when it does not exist or has expired."""
    if read(spark, f"{address}.snapshots").filter(F.col("snapshot_id") == snapshot).isEmpty():
        raise ContractError(f"table {address} has no snapshot {snapshot}, which has expired; repeat the run")
    return read(spark, address, snapshot=snapshot)


def snapshot_id(spark: SparkSession, address: str) -> int:
    """The id of the table's current snapshot; raises ContractError when the table has none."""
    rows = read(spark, f"{address}.refs").filter("name = 'main'").select("snapshot_id").collect()
    if not rows:
        raise ContractError(f"table {address} has no snapshot; run the job that writes it first")
    return int(rows[0]["snapshot_id"])


def data_files(spark: SparkSession, address: str, *, snapshot: int, partition: str) -> dict[str, list[DataFile]]:
    """The data files of a snapshot, by value of a partition field."""
    files = read(spark, f"{address}.files", snapshot=snapshot)
    value = F.col(f"partition.{partition}").alias("value")
    rows = files.select(value, "file_path", "record_count", "file_size_in_bytes").orderBy("file_path").collect()
    found: dict[str, list[DataFile]] = {}
    for row in rows:
        file = DataFile(row["file_path"], row["record_count"], row["file_size_in_bytes"])
        found.setdefault(str(row["value"]), []).append(file)
    return found


def _layout(partition_by: Sequence[str], *, codec: str, location: str | None = None) -> str:
    properties = {**_PROPERTIES, "write.parquet.compression-codec": codec}
    options = ", ".join(f"{_quoted(key)} = {_quoted(value)}" for key, value in properties.items())
    partitioned = f"PARTITIONED BY ({', '.join(partition_by)})" if partition_by else ""
    place = f"LOCATION {_quoted(location)}" if location else ""
    return f"{partitioned} {place} TBLPROPERTIES ({options})"


def _create(spark: SparkSession, address: str, columns: Sequence[Column], layout: str) -> None:
    fields = ", ".join(
        f"`{column.name}` {column.type.value} COMMENT {_quoted(column.description)}" for column in columns
    )
    spark.sql(f"CREATE TABLE IF NOT EXISTS {address} ({fields}) USING iceberg {layout}")


def _removed(field_id: int) -> Column:
    return Column(name=f"removed_{field_id}", type=ColumnType.STRING, description="takes the id of a removed column")


def _require_columns(spark: SparkSession, address: str, columns: Sequence[Column]) -> None:
    actual = {field.name: field.dataType.simpleString() for field in spark.table(address).schema}
    expected = {column.name: column.type.value for column in columns}
    if actual != expected:
        differing = sorted(name for name in {*actual, *expected} if actual.get(name) != expected.get(name))
        raise ContractError(
            f"table {address}: columns {differing} are {[actual.get(name) for name in differing]}, the contract says "
            f"{[expected.get(name) for name in differing]}; deploy the contract, which changes the table, or on the "
            "local platform remove the pipeline's data with `make reset PIPELINE=<name>`"
        )


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
