"""Runs a Spark job: opens a session, writes a report, and reduces a failure to one line."""

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
from jobs.contracts.refusal import refusal
from jobs.contracts.tables import ContractError, Table, Zone
from jobs.spark.objects import write_json
from jobs.spark.report import JobResult
from jobs.spark.storage import open_session
from jobs.spark.transforms import Transforms, load_transforms


@dataclass(frozen=True, kw_only=True)
class Job:
    """The session, pipeline, transforms, names and run id of a job."""

    spark: SparkSession
    pipeline: Pipeline
    transforms: Transforms
    names: LakeNames
    run_id: str

    def address(self, table: Table) -> str:
        """The full name of a table in Spark SQL."""
        return self.names.table(self.pipeline.name, table)


def run_job(name: str, parser: argparse.ArgumentParser, run: Callable[[Job, argparse.Namespace], JobResult]) -> None:
    """Parse the arguments, run the job and write its report.

    On a failure the exit code is 1 and the last line of stderr is the reason; it says whether a repetition can help.
    """
    options = parser.parse_args()
    started = time.monotonic()
    try:
        pipeline = load_pipeline(options.pipeline)
        transforms = load_transforms(pipeline.name)
        names = LakeNames(options.environment, options.account, options.region)
        spark = open_session(f"{options.pipeline} {name}")
        try:
            job = Job(spark=spark, pipeline=pipeline, transforms=transforms, names=names, run_id=options.run_id)
            report = run(job, options).to_json(job=name, run_id=options.run_id, seconds=time.monotonic() - started)
            folder = names.uri(Zone.ARTIFACTS, Folder.REPORTS, pipeline.name, options.run_id)
            write_json(spark, f"{folder}/{name}.json", report)
        finally:
            spark.stop()
    except ContractError as error:
        sys.exit(refusal(name, error))
    except Exception as error:
        traceback.print_exc()
        first_line = next((line for line in str(error).splitlines() if line.strip()), "no message")
        sys.exit(
            f"{name} failed: {type(error).__name__}: {first_line}; the stack trace is above, in this step's stderr"
        )
