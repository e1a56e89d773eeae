"""A pipeline of meters with a source of each format, its transforms, landing files, and jobs with separate tables."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from jobs.contracts.metrics import Problem
from jobs.contracts.model_tables import dataset_table, partition_column, predictions_table
from jobs.contracts.names import LakeNames
from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.sources import Csv, JsonLines, Parquet, Source
from jobs.contracts.tables import Column, ColumnType, Quality, Reference, Table, Zone
from jobs.spark.job import Job
from tests.sample_pipelines import GROUP, sample_pipeline

DAYS = Partitions.daily("Pacific/Auckland")
FIRST, SECOND, THIRD, FOURTH = (f"2013-01-0{day}" for day in (1, 2, 3, 4))
_METER = Column(id=1, name="meter", type=ColumnType.STRING, description="number", nullable=False)
_TARIFF = Column(id=2, name="tariff", type=ColumnType.STRING, description="tariff", nullable=False)
_USE = Column(id=3, name="use", type=ColumnType.DOUBLE, description="watt hours", minimum=0, maximum=1000)
_numbers = itertools.count()


def pipeline_of(partitions: Partitions) -> Pipeline:
    """The pipeline with partitions of this grain: each meter has a reading in every partition."""
    return replace(
        (base := sample_pipeline(problem=Problem.REGRESSION)),
        partitions=partitions,
        sources=(_meters(), _readings(partitions), _outcomes(partitions)),
        cleansed=(_cleansed(partitions),),
        dataset=dataset_table(base.model, partitions, features=base.model.features, description="labelled readings"),
        predictions=predictions_table(base.model, partitions, name="readings", description="predicted use"),
    )


def _meters() -> Source:
    return Source(
        name="meters",
        format=Parquet(),
        arrival="meters/*.parquet",
        description="meters with their tariffs",
        columns=(_METER, _TARIFF),
        keys=("meter",),
    )


def _readings(partitions: Partitions) -> Source:
    at = Column(id=2, name="read_at", type=ColumnType.TIMESTAMP, description="instant of the reading", nullable=False)
    return Source(
        name="readings",
        format=Csv(delimiter=";", null="-"),
        arrival="readings/{partition}/*.csv",
        description="readings as delivered",
        columns=(_METER, at, _USE, partition_column(partitions, 4)),
        keys=("meter", "read_at"),
        partition_by=(partitions.column,),
        event_time="read_at",
        quality=Quality(references=(Reference(column="meter", table="meters", key="meter"),), maximum_quarantined=0.5),
    )


def _outcomes(partitions: Partitions) -> Source:
    target = Column(id=2, name="target", type=ColumnType.DOUBLE, description="use after the reading")
    return Source(
        name="outcomes",
        format=JsonLines(),
        arrival="outcomes/{partition}.jsonl",
        delay=1,
        description="outcomes, which are known a partition later",
        columns=(_METER, target, partition_column(partitions, 3)),
        keys=("meter", partitions.column),
        partition_by=(partitions.column,),
    )


def _cleansed(partitions: Partitions) -> Table:
    return Table(
        name="readings",
        zone=Zone.CLEANSED,
        description="readings with their outcomes as far as they are known",
        columns=(
            Column(id=1, name="reading_id", type=ColumnType.STRING, description="meter and partition", nullable=False),
            replace(_METER, id=2),
            replace(_USE, id=3),
            replace(_TARIFF, id=4),
            Column(id=5, name="prediction_time", type=ColumnType.TIMESTAMP, description="instant", nullable=False),
            Column(id=6, name="target", type=ColumnType.DOUBLE, description="label"),
            partition_column(partitions, 7),
        ),
        keys=("reading_id",),
        partition_by=(partitions.column,),
        event_time="prediction_time",
    )


class MeterTransforms:
    """The transforms of the pipeline, for partitions of any grain."""

    def __init__(self, partitions: Partitions) -> None:
        self._column = partitions.column

    def cleanse(self, raw: Mapping[str, DataFrame], /) -> dict[str, DataFrame]:
        """Readings with tariff and outcome; a reading without use gets none of it."""
        rows = (
            raw["readings"].join(raw["outcomes"], on=["meter", self._column], how="left").join(raw["meters"], "meter")
        )
        no_use = F.when(F.col("use").isNull(), F.lit("use: none"))
        readings = rows.select(
            F.concat_ws(" ", "meter", self._column).alias("reading_id"),
            "meter",
            F.coalesce("use", F.lit(0.0)).alias("use"),
            "tariff",
            F.col("read_at").alias("prediction_time"),
            "target",
            self._column,
            F.array_compact(F.array(no_use)).alias("treatments"),
        )
        return {"readings": readings}

    def features(
        self, cleansed: Mapping[str, DataFrame], /, *, first_day: date, last_day: date
    ) -> dict[str, DataFrame]:
        """The use of the reading before, also of readings on other days than those asked for."""
        earlier = Window.partitionBy("meter").orderBy("prediction_time")
        event_time = F.date_format("prediction_time", "yyyy-MM-dd'T'HH:mm:ss'Z'").alias("event_time")
        before = F.lag("use").over(earlier).alias("use_yesterday")
        return {GROUP.name: cleansed["readings"].select("meter", event_time, before, "tariff")}

    def spine(self, cleansed: Mapping[str, DataFrame], /) -> DataFrame:
        """One row per reading."""
        return cleansed["readings"].select("reading_id", "meter", "prediction_time", "target", self._column)


def new_job(spark: SparkSession, run_id: str = "run-1", *, partitions: Partitions = DAYS) -> Job:
    """A job in an environment of its own, so that tests share no tables."""
    names = LakeNames(f"m{next(_numbers)}", "111111111111", "us-east-1")
    pipeline = pipeline_of(partitions)
    return Job(spark=spark, pipeline=pipeline, transforms=MeterTransforms(partitions), names=names, run_id=run_id)


def land(folder: Path, span: Span, files: Mapping[str, str] | None = None, *, partitions: Partitions = DAYS) -> str:
    """Write the files that have landed by the end of the span, with the given ones replaced; returns the folder's URI.

    The reading of meter `a` in the n-th partition uses n watt hours and the one of meter `b` ten times as much. The
    outcomes are those of the partition before and of all but the last.
    """
    (folder / "meters").mkdir(parents=True, exist_ok=True)
    meters = pa.table({"meter": ["a", "b"], "tariff": ["day", "night"], "street": ["", ""]})
    parquet.write_table(meters, folder / "meters" / "1.parquet")
    content: dict[str, str] = {}
    for number, name in enumerate(partitions.range(span.first, span.last), start=1):
        at = f"{partitions.start(name) + timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"
        content[f"readings/{name}/a.csv"] = f"meter;read_at;use\na;{at};{number}\n"
        content[f"readings/{name}/b.csv"] = f"use;meter;read_at\n{number * 10};b;{at}\n"
        outcomes = [{"meter": meter, "target": number * 100, "remark": None} for meter in ("a", "b")]
        content[f"outcomes/{partitions.shift(name, -1)}.jsonl"] = "\n".join(map(json.dumps, outcomes))
    return write_files(folder, {**content, **(files or {})})


def write_files(folder: Path, files: Mapping[str, str]) -> str:
    """Write files by their path in the folder and return the URI of the folder."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return folder.as_uri()


def rows_of(job: Job, zone: Zone, name: str) -> DataFrame:
    """The current rows of a table."""
    return job.spark.table(address_of(job, zone, name))


def address_of(job: Job, zone: Zone, name: str) -> str:
    """The full name of a table in Spark SQL."""
    (table,) = (table for table in job.pipeline.all_tables if (table.zone, table.name) == (zone, name))
    return job.address(table)


def compact(spark: SparkSession, address: str) -> None:
    """Commit what compaction commits: a snapshot with operation `replace`."""
    table = _iceberg_table(spark, address)
    rewrite, old = table.newRewrite(), table.newScan().planFiles().iterator().next().file()
    rewrite.deleteFile(old)
    rewrite.addFile(old.copy())
    rewrite.commit()


def expire_snapshots(spark: SparkSession, address: str) -> None:
    """Expire every snapshot that no branch or tag names, as an optimizer does after a while."""
    table = _iceberg_table(spark, address)
    table.expireSnapshots().expireOlderThan(table.currentSnapshot().timestampMillis() + 1).commit()


def _iceberg_table(spark: SparkSession, address: str) -> Any:
    package = str(spark.conf.get("spark.sql.catalog.lake")).removesuffix(".spark.SparkCatalog")
    session: Any = spark
    util: Any = session._jvm
    for part in f"{package}.spark.Spark3Util".split("."):
        util = getattr(util, part)
    return util.loadIcebergTable(session._jsparkSession, address)
