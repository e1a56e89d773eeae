"""JSON lines: one object per line, in UTF-8 as RFC 8259 requires."""

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.tables import Column, ContractError
from jobs.spark import hadoop
from jobs.spark.storage import schema_of
from jobs.spark.values import FILE, UNREADABLE, Rows, file_of_row, ignored, typed


def read_objects(spark: SparkSession, source: str, files: Sequence[str], columns: Sequence[Column]) -> Rows:
    """The rows of all files; an object without a member has a null.

    Raises ContractError when no object has the member of a column.
    """
    names = [column.name for column in columns]
    found = _members(spark, files)
    missing = [name for name in names if name not in found]
    if found and missing:
        raise ContractError(
            f"source {source}: no object has members {missing}, they have {sorted(found)}; correct the landing files "
            "or the contract and repeat ingest"
        )
    schema = ", ".join(f"`{name}` string" for name in (*names, UNREADABLE))
    options = {"columnNameOfCorruptRecord": UNREADABLE, "mode": "PERMISSIVE"}
    rows = _lines(spark, files).select(F.from_json("value", schema, options).alias("row"), FILE)
    wrong = F.concat(F.lit("a line is no JSON object: "), F.col(f"row.{UNREADABLE}"))
    texts = rows.select(*(f"row.{name}" for name in names), FILE, wrong.alias(UNREADABLE))
    return Rows(typed(texts, columns), ignored(found, columns))


def read_json_lines(spark: SparkSession, path: str, columns: Sequence[Column]) -> DataFrame:
    """The JSON lines in a folder with the given columns; raises ContractError when the path does not exist."""
    if not hadoop.exists(spark, path):
        raise ContractError(f"no file at {path}; run the job that writes it first")
    return spark.read.schema(schema_of(columns)).option("recursiveFileLookup", "true").json(path)


def _members(spark: SparkSession, files: Sequence[str]) -> set[str]:
    names = _lines(spark, files).select(F.explode(F.json_object_keys("value")).alias("name")).distinct()
    return {row["name"] for row in names.collect()}


def _lines(spark: SparkSession, files: Sequence[str]) -> DataFrame:
    lines = spark.read.text(list(files)).select("value", file_of_row())
    return lines.filter(F.trim("value") != "")
