"""Tuning and training requests."""

from typing import Any

import pytest

from jobs.contracts.training import Variable, metric_definition, tuning_objective
from jobs.dags.model_jobs.training_request import training_job, tuning_job
from jobs.dags.run import Run
from tests.jobs.dags.validation import problems

ARTIFACTS = "s3://mlops-dev-artifacts-111111111111-us-east-1"
FOLDER = "meters/manual-2026-11-24-1a2b3c4d"


def _tuning(run: Run) -> dict[str, Any]:
    return tuning_job(run, name="tune-1", max_jobs=8, max_parallel_jobs=2)


def _final(run: Run) -> dict[str, Any]:
    return training_job(run, name="train-1", tuning_job_name="tune-1")


@pytest.fixture(params=["trial", "final"])
def job(request: pytest.FixtureRequest, run: Run) -> dict[str, Any]:
    """What a trial and the final job share."""
    found: dict[str, Any] = _tuning(run)["TrainingJobDefinition"] if request.param == "trial" else _final(run)
    return found


def test_requests_are_valid(run: Run) -> None:
    assert problems("sagemaker", "CreateHyperParameterTuningJob", _tuning(run)) == ""
    assert problems("sagemaker", "CreateTrainingJob", _final(run)) == ""


def test_tuning_searches_the_ranges_of_the_contract(run: Run) -> None:
    model = run.pipeline.model
    config = _tuning(run)["HyperParameterTuningJobConfig"]
    ranges = [each for kind in config["ParameterRanges"].values() for each in kind]
    assert config["Strategy"] == "Bayesian"
    assert {each["Name"] for each in ranges} == {each.name for each in model.search}
    assert config["HyperParameterTuningJobObjective"] == tuning_objective(model)
    metrics = _tuning(run)["TrainingJobDefinition"]["AlgorithmSpecification"]["MetricDefinitions"]
    assert metrics == [metric_definition(model)]


def test_data_are_the_manifests_of_the_run(run: Run, job: dict[str, Any]) -> None:
    channels = {each["ChannelName"]: each["DataSource"]["S3DataSource"] for each in job["InputDataConfig"]}
    assert {source["S3DataType"] for source in channels.values()} == {"ManifestFile"}
    assert channels["train"]["S3Uri"] == f"{ARTIFACTS}/datasets/{FOLDER}/train.manifest"


def test_a_trial_does_not_see_the_held_out_partitions(run: Run) -> None:
    trial = _tuning(run)["TrainingJobDefinition"]
    assert [each["ChannelName"] for each in trial["InputDataConfig"]] == ["train", "validation"]
    assert [each["ChannelName"] for each in _final(run)["InputDataConfig"]] == ["train", "validation", "test"]


def test_the_final_job_runs_its_own_module(run: Run) -> None:
    assert _final(run)["AlgorithmSpecification"]["ContainerEntrypoint"] == ["python", "-m", "jobs.training.final"]


def test_jobs_run_in_the_network_and_encrypt_everything(job: dict[str, Any], run: Run) -> None:
    key = run.settings.kms_key_arn
    assert job["VpcConfig"] == {"Subnets": ["subnet-a", "subnet-b"], "SecurityGroupIds": ["sg-jobs"]}
    assert (job["OutputDataConfig"]["KmsKeyId"], job["ResourceConfig"]["VolumeKmsKeyId"]) == (key, key)
    assert job["EnableInterContainerTrafficEncryption"] is True


def test_jobs_run_on_spot_with_limits(job: dict[str, Any]) -> None:
    limits = job["StoppingCondition"]
    assert job["EnableManagedSpotTraining"] is True
    assert job["CheckpointConfig"]["S3Uri"].startswith(f"{ARTIFACTS}/checkpoints/{FOLDER}/")
    assert 0 < limits["MaxRuntimeInSeconds"] <= limits["MaxWaitTimeInSeconds"]


def test_containers_get_every_variable_of_the_contract(job: dict[str, Any], run: Run) -> None:
    environment = job["Environment"]
    assert {variable.value for variable in Variable} <= set(environment)
    assert environment["PLATFORM_TUNING_JOB"] == "tune-1"
    assert environment["PLATFORM_RUN_ID"] == run.key
    assert environment["PLATFORM_IMAGE"] == run.settings.training_image
    assert environment["AWS_DEFAULT_REGION"] == "us-east-1", "requests are signed for the region of the environment"
    assert environment["PLATFORM_EVALUATION_URI"] == f"{ARTIFACTS}/evaluations/{FOLDER}/evaluation.json"


def test_tags_name_the_run_and_its_code(run: Run) -> None:
    for request in (_tuning(run), _final(run)):
        tags = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
        assert tags == {
            "platform": "mlops-dev",
            "environment": "dev",
            "pipeline": "meters",
            "run": run.key,
            "release": "jobs-4f2a",
        }
