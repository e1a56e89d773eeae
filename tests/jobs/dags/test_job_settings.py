"""Settings of single jobs of a pipeline, which take the place of those of the environment."""

from dataclasses import replace

import pytest

from jobs.contracts.engines import Engine
from jobs.contracts.job_settings import JobSettings
from jobs.contracts.settings import PlatformSettings
from jobs.dags.engines.emr_serverless_request import emr_serverless_run
from jobs.dags.engines.glue_request import glue_run
from jobs.dags.engines.processing_request import processing_job
from jobs.dags.model_jobs.model_requests import model_package
from jobs.dags.model_jobs.training_request import training_job, tuning_job
from jobs.dags.model_jobs.transform_request import transform_job
from jobs.dags.run import Run
from jobs.dags.spark_job import spark_job
from tests.jobs.dags.validation import problems
from tests.sample_pipelines import pinned_pipeline


@pytest.fixture
def own(settings: PlatformSettings) -> Run:
    """A run of a pipeline with settings of its own."""
    return Run(settings, pinned_pipeline(), "run-1")


def test_a_spark_job_runs_on_the_engine_of_the_pipeline(run: Run, own: Run) -> None:
    assert (own.engine("features"), own.engine("ingest"), run.engine("features")) == (
        Engine.SAGEMAKER,
        Engine.EMR,
        Engine.EMR,
    )


@pytest.mark.parametrize("engine", [Engine.GLUE, Engine.EMR_SERVERLESS])
def test_a_spark_job_has_the_time_limit_of_the_pipeline(own: Run, engine: Engine) -> None:
    jobs = {"cleanse": JobSettings(engine=engine, minutes=20)}
    job = spark_job(replace(own, pipeline=replace(own.pipeline, jobs=jobs)), "cleanse")
    assert glue_run(job)["Timeout"] == 20
    assert emr_serverless_run(job, name="n")["executionTimeoutMinutes"] == 20


def test_a_processing_job_has_the_size_of_the_pipeline(own: Run) -> None:
    request = processing_job(spark_job(own, "features"), name="n")
    cluster = request["ProcessingResources"]["ClusterConfig"]
    assert (cluster["InstanceCount"], cluster["InstanceType"]) == (3, own.settings.processing_instance_type)
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}


def test_training_has_the_size_of_the_pipeline_and_trials_that_of_the_environment(own: Run) -> None:
    final = training_job(own, name="train-1", tuning_job_name="tune-1")
    trial = tuning_job(own, name="tune-1", max_jobs=1, max_parallel_jobs=1)["TrainingJobDefinition"]
    assert final["ResourceConfig"]["InstanceType"] == "ml.m5.4xlarge"
    assert final["StoppingCondition"] == {"MaxRuntimeInSeconds": 180 * 60, "MaxWaitTimeInSeconds": 240 * 60}
    assert trial["ResourceConfig"]["InstanceType"] == own.settings.training_instance_type
    assert trial["StoppingCondition"]["MaxRuntimeInSeconds"] == own.settings.runtime.training_minutes * 60


def test_a_transform_job_has_the_size_of_the_pipeline(own: Run) -> None:
    request = transform_job(own, name="score-1", model_name="model-1")
    resources = request["TransformResources"]
    assert (resources["InstanceType"], resources["InstanceCount"]) == ("ml.c5.xlarge", 2)
    assert request["ModelClientConfig"]["InvocationsTimeoutInSeconds"] == 45 * 60
    assert problems("sagemaker", "CreateTransformJob", request) == ""
    package = model_package(own, model_data_uri="s3://m/1.tar.gz", mlflow_version="3")
    assert package["InferenceSpecification"]["SupportedTransformInstanceTypes"] == ["ml.c5.xlarge"]
