"""How every Spark job runs: one session, one report, one sentence when it fails."""

import argparse
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import SparkSession

from jobs.contracts.access import Folder
from jobs.contracts.names import LakeNames
from jobs.contracts.pipeline import Pipeline, load_pipeline
from jobs.contracts.tables import ContractError, Table, Zone
from jobs.spark.objects import write_json
from jobs.spark.report import Work
from jobs.spark.storage import open_session


@dataclass(frozen=True, kw_only=True)
class Job:
    """The session, pipeline and names a job works with."""

    spark: SparkSession
    pipeline: Pipeline
    names: LakeNames
    run_id: str

    def table(self, zone: Zone, name: str) -> Table:
        """The contract of a pipeline's table; raises ContractError when there is none."""
        for table in self.pipeline.all_tables:
            if (table.zone, table.name) == (zone, name):
                return table
        known = [f"{table.zone}.{table.name}" for table in self.pipeline.all_tables]
        raise ContractError(f"pipeline {self.pipeline.name} has no table {zone}.{name}; tables are {known}")

    def tables(self, zone: Zone) -> tuple[Table, ...]:
        """The contracts of a zone's tables."""
        return tuple(table for table in self.pipeline.all_tables if table.zone is zone)

    def address(self, table: Table) -> str:
        """The table's full name in Spark SQL."""
        return self.names.table(self.pipeline.name, table)


def run_job(name: str, parser: argparse.ArgumentParser, work: Callable[[Job, argparse.Namespace], Work]) -> None:
    """Parse, work and report; a failure's last line on stderr is one sentence, and the exit code is 1."""
    options = parser.parse_args()
    started = time.monotonic()
    try:
        pipeline = load_pipeline(options.pipeline)
        names = LakeNames(options.environment, options.account, options.region)
        spark = open_session(f"{options.pipeline} {name}")
        try:
            job = Job(spark=spark, pipeline=pipeline, names=names, run_id=options.run_id)
            report = work(job, options).to_json(job=name, run_id=options.run_id, seconds=time.monotonic() - started)
            folder = names.uri(Zone.ARTIFACTS, Folder.REPORTS, pipeline.name, options.run_id)
            write_json(f"{folder}/{name}.json", report)
        finally:
            spark.stop()
    except ContractError as error:
        sys.exit(f"{name} failed: {error}")
    except Exception as error:
        traceback.print_exc()
        first_line = next((line for line in str(error).splitlines() if line.strip()), "no message")
        sys.exit(
            f"{name} failed: {type(error).__name__}: {first_line}; the stack trace is above, in this step's stderr"
        )
