import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.pipeline import pipeline_names
from jobs.contracts.tables import ContractError
from jobs.spark import job as jobs
from jobs.spark.arguments import job_parser
from jobs.spark.objects import write_json
from jobs.spark.report import JobResult, TableReport

#: The jobs load a pipeline by its name.
PIPELINE = pipeline_names()[0]
ARGUMENTS = {
    "environment": "dev",
    "account": "111111111111",
    "region": "us-east-1",
    "pipeline": PIPELINE,
    "run-id": "run-1",
}


ARTIFACTS = "mlops-dev-artifacts-111111111111-us-east-1"


class _Session:
    """The shared session of the tests, which a job would stop."""

    def __init__(self, spark: SparkSession | None = None) -> None:
        self.sparkContext = spark.sparkContext if spark else None

    def stop(self) -> None:
        """Keep the shared session running."""


def _run(monkeypatch: pytest.MonkeyPatch, work: Callable[..., JobResult], session: _Session, **changed: str) -> None:
    monkeypatch.setattr(jobs, "open_session", lambda name: session)
    words = [word for name, value in {**ARGUMENTS, **changed}.items() for word in (f"--{name}", value)]
    monkeypatch.setattr("sys.argv", ["ingest", *words])
    jobs.run_job("ingest", job_parser("ingest"), work)


@pytest.fixture
def artifacts(mount_bucket: Callable[[str], Path]) -> Path:
    return mount_bucket(ARTIFACTS)


def test_a_report_lies_beside_the_run(spark: SparkSession, artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(
        monkeypatch,
        lambda job, options: JobResult(tables=(TableReport.of("raw.readings", 3, 7),)),
        _Session(spark),
    )

    report = json.loads((artifacts / f"reports/{PIPELINE}/run-1/ingest.json").read_text())
    assert (report["job"], report["run_id"]) == ("ingest", "run-1")
    assert report["tables"] == [
        {
            "table": "raw.readings",
            "rows_in": 3,
            "rows_out": 3,
            "snapshot_id": 7,
            "rows_quarantined": 0,
            "rules": {},
            "ignored_columns": [],
        }
    ]


def test_an_object_is_replaced_as_a_whole_or_not_at_all(spark: SparkSession, artifacts: Path) -> None:
    uri = f"s3://{ARTIFACTS}/reports/1.json"
    write_json(spark, uri, {"a": "x" * 100})
    write_json(spark, uri, [1])
    with pytest.raises(TypeError):
        write_json(spark, uri, object())

    assert (artifacts / "reports/1.json").read_text() == "[\n 1\n]"


def _broken_contract(job: jobs.Job, options: argparse.Namespace) -> JobResult:
    raise ContractError("source readings: 2013-02 has no rows")


def _broken_code(job: jobs.Job, options: argparse.Namespace) -> JobResult:
    raise ZeroDivisionError("\ndivision by zero\nmore")


@pytest.mark.parametrize(
    ("work", "pipeline", "sentence"),
    [
        (_broken_contract, PIPELINE, "ingest refused: source readings: 2013-02 has no rows"),
        (_broken_code, PIPELINE, "ingest failed: ZeroDivisionError: division by zero; the stack trace is above"),
        (_broken_contract, "nothing", "ingest refused: unknown pipeline 'nothing'; pipelines are"),
    ],
)
def test_a_failure_ends_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, work: Callable[..., JobResult], pipeline: str, sentence: str
) -> None:
    with pytest.raises(SystemExit) as raised:
        _run(monkeypatch, work, _Session(), pipeline=pipeline)

    assert str(raised.value.code).startswith(sentence)
    assert "\n" not in str(raised.value.code)


def test_an_address_outside_s3_is_refused(spark: SparkSession) -> None:
    with pytest.raises(ContractError, match="'file:/x' of an object: allowed is s3://bucket/key"):
        write_json(spark, "file:/x", {})
