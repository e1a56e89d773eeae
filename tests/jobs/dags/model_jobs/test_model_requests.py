"""Model, transform and registry requests."""

from typing import Any

from jobs.dags.model_jobs.model_requests import model, model_package
from jobs.dags.model_jobs.transform_request import transform_job
from jobs.dags.run import Run
from tests.jobs.dags.validation import problems

MODEL_DATA = "s3://models/meters/model.tar.gz"


def _transform(run: Run) -> dict[str, Any]:
    return transform_job(run, name="score-1", model_name="model-1")


def _package(run: Run) -> dict[str, Any]:
    return model_package(run, model_data_uri=MODEL_DATA, mlflow_version="3")


def test_requests_are_valid(run: Run) -> None:
    assert problems("sagemaker", "CreateModel", model(run, name="model-1", model_data_uri=MODEL_DATA)) == ""
    assert problems("sagemaker", "CreateTransformJob", _transform(run)) == ""
    assert problems("sagemaker", "CreateModelPackage", _package(run)) == ""


def test_the_serving_model_is_isolated_inside_the_network(run: Run) -> None:
    request = model(run, name="model-1", model_data_uri=MODEL_DATA)
    assert request["EnableNetworkIsolation"] is True
    assert request["VpcConfig"]["Subnets"] == ["subnet-a", "subnet-b"]
    assert request["PrimaryContainer"] == {"Image": run.settings.serving_image, "ModelDataUrl": MODEL_DATA}


def test_transform_sends_whole_files_of_the_scored_split(run: Run) -> None:
    request = _transform(run)
    source = request["TransformInput"]["DataSource"]["S3DataSource"]
    assert source == {"S3DataType": "ManifestFile", "S3Uri": run.manifest("score")}
    assert request["TransformInput"]["SplitType"] == "None"
    assert request["MaxPayloadInMB"] * request["MaxConcurrentTransforms"] <= 100


def test_predictions_are_encrypted_in_a_folder_of_the_job(run: Run) -> None:
    request = _transform(run)
    folder = f"s3://mlops-dev-predictions-111111111111-us-east-1/meters/{run.key}/score-1/"
    assert request["TransformOutput"]["S3OutputPath"] == folder
    assert request["TransformOutput"]["KmsKeyId"] == run.settings.kms_key_arn
    assert request["TransformResources"]["VolumeKmsKeyId"] == run.settings.kms_key_arn


def test_a_version_waits_for_its_approval_and_names_what_it_was_made_from(run: Run) -> None:
    request = _package(run)
    assert request["ModelApprovalStatus"] == "PendingManualApproval"
    assert request["ModelPackageDescription"] == f"meters, run {run.key}: version 3 of mlops-dev-meters in MLflow"
    assert request["ModelPackageGroupName"] == "mlops-dev-meters"
    assert request["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"] == run.evaluation_uri
    assert request["CustomerMetadataProperties"] == {
        "run": run.key,
        "dataset": run.dataset_uri,
        "evaluation": run.evaluation_uri,
        "mlflow_model": "mlops-dev-meters",
        "mlflow_version": "3",
        "training_image": run.settings.training_image,
        "serving_image": run.settings.serving_image,
        "spark_code": run.settings.code_archive_uri,
    }
    assert "Tags" not in request, "SageMaker refuses tags on a version of a group"
