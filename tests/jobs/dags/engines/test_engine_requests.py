"""Requests of Spark jobs on engines other than EMR on EC2, each held against AWS's own model."""

import shlex
from dataclasses import replace

import pytest

from jobs.contracts.engines import RuntimeSettings
from jobs.contracts.settings import SettingsError
from jobs.contracts.tables import ContractError
from jobs.dags.engines.emr_serverless_request import emr_serverless_run
from jobs.dags.engines.glue_request import glue_run
from jobs.dags.engines.processing_request import processing_job
from jobs.dags.run import Run
from jobs.dags.spark_job import SparkJob, spark_job
from tests.jobs.dags.validation import problems


@pytest.fixture
def job(run: Run) -> SparkJob:
    return spark_job(run, "dataset", "--train", "2013-01,2013-02")


def test_a_serverless_run_is_valid_bounded_and_repeated_without_harm(job: SparkJob) -> None:
    request = emr_serverless_run(job, name="mlops-dev-dataset-1")
    assert problems("emr-serverless", "StartJobRun", {"applicationId": "00f1", **request}) == ""
    assert request["clientToken"] == request["name"] == "mlops-dev-dataset-1"
    assert request["executionTimeoutMinutes"] == 240
    assert request["executionRoleArn"] == "arn:aws:iam::111111111111:role/mlops-dev-meters-dataset-us-east-1"


def test_a_serverless_run_has_the_lake_s_catalog_and_no_fixed_interpreter(job: SparkJob) -> None:
    driver = emr_serverless_run(job, name="n")["jobDriver"]["sparkSubmit"]
    words = driver["sparkSubmitParameters"].split(" ")
    conf = dict(words[i + 1].split("=", 1) for i, word in enumerate(words) if word == "--conf")
    assert conf["spark.sql.catalog.lake.catalog-impl"] == "org.apache.iceberg.aws.glue.GlueCatalog"
    assert conf["spark.jars"].endswith("iceberg-spark3-runtime.jar")
    assert not [setting for setting in conf if "PYSPARK" in setting], "jobs/main.py chooses the interpreter"
    assert words[-2:] == ["--py-files", "s3://assets/jobs-4f2a.zip"]
    assert driver["entryPoint"] == "s3://assets/main-9c1b.py"
    assert driver["entryPointArguments"] == list(job.command)


def test_one_setting_limits_spark_jobs_on_every_engine(run: Run) -> None:
    limited = replace(run, settings=replace(run.settings, runtime=RuntimeSettings(spark_minutes=90)))
    job = spark_job(limited, "dataset")
    assert emr_serverless_run(job, name="n")["executionTimeoutMinutes"] == 90
    assert processing_job(job, name="n")["StoppingCondition"] == {"MaxRuntimeInSeconds": 90 * 60}


def test_a_glue_run_names_the_stack_s_job_and_holds_the_command_in_one_argument(job: SparkJob) -> None:
    request = glue_run(job)
    assert problems("glue", "StartJobRun", request) == ""
    assert request["JobName"] == "mlops-dev-meters-dataset"
    assert shlex.split(request["Arguments"]["--job_command"]) == list(job.command)


def test_a_processing_job_is_private_encrypted_and_bounded(job: SparkJob) -> None:
    request = processing_job(job, name="mlops-dev-dataset-1")
    assert problems("sagemaker", "CreateProcessingJob", request) == ""
    assert request["NetworkConfig"]["VpcConfig"] == {
        "Subnets": ["subnet-a", "subnet-b"],
        "SecurityGroupIds": ["sg-jobs"],
    }
    assert request["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    assert request["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == job.run.settings.kms_key_arn
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 14400}


def test_a_processing_job_finds_code_jars_and_settings_where_its_command_says(job: SparkJob) -> None:
    request = processing_job(job, name="n")
    inputs = {each["S3Input"]["LocalPath"]: each["S3Input"]["S3Uri"] for each in request["ProcessingInputs"]}
    entrypoint = request["AppSpecification"]["ContainerEntrypoint"]
    assert inputs["/opt/ml/processing/input/conf"] == "s3://assets/conf-77ab.json"
    assert (
        inputs[entrypoint[entrypoint.index("--jars") + 1]]
        == "s3://mlops-dev-artifacts-111111111111-us-east-1/spark-jars"
    )
    assert inputs[entrypoint[entrypoint.index("--py-files") + 1]] == "s3://assets/jobs-4f2a.zip"
    assert entrypoint[-1] == "/opt/ml/processing/input/entry/main-9c1b.py"
    assert request["AppSpecification"]["ContainerArguments"] == list(job.command)


def test_a_module_without_a_role_is_no_job(run: Run) -> None:
    helper = spark_job(run, "quality")
    with pytest.raises(ContractError, match=r"jobs.spark.quality is no job with a role"):
        emr_serverless_run(helper, name="n")


def test_a_processing_job_without_its_settings_is_refused(run: Run) -> None:
    unset = replace(run, settings=replace(run.settings, processing_image=None))
    with pytest.raises(SettingsError, match=r"job dataset: platform.processing_image and .* are not set"):
        processing_job(spark_job(unset, "dataset"), name="n")
