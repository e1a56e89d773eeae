"""The SageMaker tasks of a model, each with its request and explicit waiting options."""

from typing import Any

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerModelOperator
from airflow.providers.standard.operators.python import ShortCircuitOperator

from jobs.contracts.workloads import TUNING_JOB
from jobs.dags.gate import is_approved
from jobs.dags.model_jobs import model_requests, training_request, transform_request
from jobs.dags.model_jobs.operators import (
    RegisterModelVersionOperator,
    TrainingOperator,
    TransformOperator,
    TuningOperator,
)
from jobs.dags.run import Run
from jobs.dags.templates import named, parameter, pulled

_MODEL_DATA = pulled("train", "Training", "ModelArtifacts", "S3ModelArtifacts")


def tune(run: Run) -> Any:
    """Search the hyper-parameters; the DAG's parameters `tuning_jobs` and `tuning_parallel_jobs` are its limits."""
    request = training_request.tuning_job(
        run,
        name=named(run, "tune", TUNING_JOB.name_limit),
        max_jobs=parameter("tuning_jobs"),
        max_parallel_jobs=parameter("tuning_parallel_jobs"),
    )
    return TuningOperator(
        task_id="tune", config=request, max_ingestion_time=run.settings.runtime.tuning_minutes * 60, **_waiting(run)
    )


def train(run: Run) -> Any:
    """Refit and evaluate the best trial of `tune`, without log tailing, which would poll the state only every 30 s."""
    best = pulled("tune", "Tuning", "HyperParameterTuningJobName")
    return TrainingOperator(
        task_id="train",
        config=training_request.training_job(run, name=named(run, "train"), tuning_job_name=best),
        max_ingestion_time=run.settings.runtime.training_wait_minutes * 60,
        print_log=False,
        check_if_job_exists=False,
        **_waiting(run),
    )


def gate(run: Run) -> Any:
    """Skip all following tasks unless the evaluation approves the model."""
    return ShortCircuitOperator(task_id="gate", python_callable=is_approved, op_args=[run.evaluation_uri])


def register(run: Run) -> Any:
    """Add the model of `train` to SageMaker's registry."""
    request = model_requests.model_package(run, model_data_uri=_MODEL_DATA)
    return RegisterModelVersionOperator(
        task_id="register",
        image_uri=run.settings.serving_image,
        model_url=_MODEL_DATA,
        package_group_name=request["ModelPackageGroupName"],
        extras=request,
    )


def create_model(run: Run) -> Any:
    """Create the SageMaker model from the model of `train` and the serving image."""
    request = model_requests.model(run, name=named(run, "model"), model_data_uri=_MODEL_DATA)
    return SageMakerModelOperator(task_id="create_model", config=request)


def transform(run: Run) -> Any:
    """Predict split `score` with the model of `create_model`; the unique job name makes a duplicate check needless."""
    model_name = pulled("create_model", "Model", "ModelName")
    return TransformOperator(
        task_id="transform",
        config=transform_request.transform_job(run, name=named(run, "score"), model_name=model_name),
        max_ingestion_time=transform_request.MAX_TRANSFORM_SECONDS,
        check_if_job_exists=False,
        check_if_model_exists=False,
        **_waiting(run),
    )


def _waiting(run: Run) -> dict[str, Any]:
    return {"wait_for_completion": True, "check_interval": run.settings.poll_seconds, "deferrable": False}
