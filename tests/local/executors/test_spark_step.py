"""Steps of Spark jobs as processes: an interpreter that has PySpark only, and files at `s3://` URIs."""

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from infra.jobs.job_code import REPOSITORY, spark_archive
from jobs.contracts.names import LakeNames
from jobs.contracts.tables import Zone
from local.executors import class_archive, spark_submit
from local.executors.class_archive import ClassArchive
from local.executors.context import Context
from local.executors.jobs import Job, JobFailedError
from local.iceberg_jar import ensure_jar
from operations.landing import land_files, read_files

NAMES = LakeNames("dev", "111111111111", "us-east-1")
ARTIFACTS, LANDING = NAMES.bucket(Zone.ARTIFACTS), NAMES.bucket(Zone.LANDING)
#: Packages of this process's interpreter.
INSTALLED_HERE = ("boto3", "botocore", "numpy", "pandas", "pyarrow", "pyspark", "py4j")


@pytest.fixture
def job() -> Job:
    return Job(kind="emr-step", name="s-1", request={})


def put_program(s3: Any, text: str) -> str:
    s3.put_object(Bucket="lake", Key="main.py", Body=text.encode())
    return "s3://lake/main.py"


def test_a_step_finds_pyspark_and_nothing_else_that_is_installed(context: Context, s3: Any, job: Job) -> None:
    program = f"""
import importlib.util, sys
sys.exit(" ".join(name for name in {INSTALLED_HERE} if importlib.util.find_spec(name)))
"""
    with pytest.raises(JobFailedError, match=r"^pyspark py4j \(exit code 1\)$"):
        spark_submit.run(context, job, ["spark-submit", put_program(s3, program)])


def test_a_step_reads_an_object_and_a_folder_that_its_arguments_name(context: Context, s3: Any, job: Job) -> None:
    program = """
import pathlib
folder = pathlib.Path.cwd() / "files" / "lake"
text = (folder / "runs" / "dataset.json").read_text() + (folder / "in" / "part.json").read_text()
(folder / "out").mkdir()
(folder / "out" / "text").write_text(text)
"""
    s3.put_object(Bucket="lake", Key="runs/dataset.json", Body=b"object")
    s3.put_object(Bucket="lake", Key="in/part.json", Body=b" folder")

    arguments = ("s3://lake/runs/dataset.json", "s3://lake/in", "s3://lake/new")
    spark_submit.run(context, job, ["spark-submit", put_program(s3, program), *arguments])

    assert s3.get_object(Bucket="lake", Key="out/text")["Body"].read() == b"object folder"


def test_what_a_step_writes_is_uploaded_and_its_inputs_are_not(context: Context, s3: Any, job: Job) -> None:
    program = """
import pathlib, sys
folder = pathlib.Path.cwd() / "files" / "lake"
(folder / "in" / "old.json").write_text("new")
(folder / "out").mkdir()
(folder / "out" / "report.json").write_text("{}")
"""
    for name in ("old.json", "kept.csv"):
        s3.put_object(Bucket="lake", Key=f"in/{name}", Body=b"old")
    before = s3.head_object(Bucket="lake", Key="in/kept.csv")["LastModified"]

    spark_submit.run(context, job, ["spark-submit", put_program(s3, program), "s3://lake/in"])

    bodies = {key: s3.get_object(Bucket="lake", Key=key)["Body"].read() for key in ("in/old.json", "out/report.json")}
    assert bodies == {"in/old.json": b"new", "out/report.json": b"{}"}
    assert s3.head_object(Bucket="lake", Key="in/kept.csv")["LastModified"] == before
    assert [path.read_bytes() for path in context.objects.cache.glob("*-old.json")] == [b"old"]


def test_an_argument_with_an_unknown_bucket_is_named(context: Context, s3: Any, job: Job) -> None:
    with pytest.raises(JobFailedError, match="argument s3://none/in: no such bucket; buckets are lake"):
        spark_submit.run(context, job, ["spark-submit", put_program(s3, ""), "s3://none/in"])


def test_options_of_the_jvm_stay_whole_in_a_folder_with_a_space(
    context: Context, s3: Any, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "my checkout"
    cache.mkdir()
    monkeypatch.setattr(class_archive, "cache_folder", lambda: cache)
    ClassArchive.for_step(tmp_path, context.iceberg_jar).base.touch()
    program = "import os, pathlib; pathlib.Path('arguments').write_text(os.environ['PYSPARK_SUBMIT_ARGS'])"

    spark_submit.run(context, job, ["spark-submit", put_program(s3, program)])

    words = shlex.split((context.scratch_of(job) / "arguments").read_text())
    (setting,) = (word for word in words if word.startswith("spark.driver.extraJavaOptions="))
    options = shlex.split(setting.partition("=")[2])
    assert f"-XX:SharedArchiveFile={cache}/" in " ".join(options)
    assert all(option.startswith("-XX:") for option in options)


def test_a_job_runs_from_the_shipped_archive_with_pyspark_only(
    context: Context, s3: Any, job: Job, tmp_path: Path
) -> None:
    archive = Path(spark_archive(cdk.Stack(cdk.App(outdir=str(tmp_path / "cdk.out"))), "Archive").asset_path)
    zipped = shutil.make_archive(str(tmp_path / "jobs"), "zip", tmp_path / "cdk.out" / archive.name)
    for bucket in (ARTIFACTS, LANDING):
        s3.create_bucket(Bucket=bucket)
    s3.upload_file(zipped, "lake", "jobs.zip")
    s3.upload_file(str(REPOSITORY / "jobs" / "main.py"), "lake", "main.py")
    land_files(s3, LANDING, read_files("flight_delay", "2013-01", "2013-01"))
    context.iceberg_jar = ensure_jar()
    catalog = "spark.sql.catalog.lake"
    settings = {catalog: "org.apache.iceberg.spark.SparkCatalog", f"{catalog}.type": "hadoop"}
    settings[f"{catalog}.warehouse"] = (tmp_path / "warehouse").as_uri()
    conf = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
    landing = f"s3://{LANDING}/flight_delay"
    words = f"--environment dev --account {NAMES.account} --region {NAMES.region} --pipeline flight_delay --run-id r1"

    spark_submit.run(
        context,
        job,
        [
            "spark-submit",
            *conf,
            "--py-files",
            "s3://lake/jobs.zip",
            "s3://lake/main.py",
            "jobs.spark.ingest",
            *words.split(),
            *("--first", "2013-01", "--last", "2013-01"),
            "--landing",
            landing,
        ],
    )

    stored = s3.get_object(Bucket=ARTIFACTS, Key="reports/flight_delay/r1/ingest.json")
    report = json.loads(stored["Body"].read())
    rows = {table["table"]: table["rows_in"] for table in report["tables"]}
    assert rows["raw.flights"] > 20_000
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=ARTIFACTS)["Contents"]] == [
        "reports/flight_delay/r1/ingest.json"
    ]
