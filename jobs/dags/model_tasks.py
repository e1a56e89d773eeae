"""The SageMaker tasks of a model, each with its request and explicit waiting options."""

from typing import Any

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerDeleteModelOperator, SageMakerModelOperator
from airflow.providers.standard.operators.python import PythonOperator, ShortCircuitOperator

from jobs.contracts.workloads import TUNING_JOB
from jobs.dags.champion import newest_approved
from jobs.dags.champion import promote as promote_version
from jobs.dags.gate import approval
from jobs.dags.model_jobs import model_requests, training_request, transform_request
from jobs.dags.model_jobs.operators import (
    RegisterModelVersionOperator,
    TrainingOperator,
    TransformOperator,
    TuningOperator,
)
from jobs.dags.run import Run
from jobs.dags.templates import named, parameter, pulled


def tune(run: Run) -> Any:
    """Search the hyper-parameters; the DAG's parameters `tuning_jobs` and `tuning_parallel_jobs` are its limits."""
    request = training_request.tuning_job(
        run,
        name=named(run, "tune", TUNING_JOB.name_limit),
        max_jobs=parameter("tuning_jobs"),
        max_parallel_jobs=parameter("tuning_parallel_jobs"),
    )
    seconds = training_request.tuning_minutes(run) * 60
    return TuningOperator(task_id="tune", config=request, max_ingestion_time=seconds, **_waiting(run))


def train(run: Run) -> Any:
    """Refit and evaluate the best trial of `tune`, without log tailing, which would poll the state only every 30 s."""
    best = pulled("tune", "Tuning", "HyperParameterTuningJobName")
    _, wait = training_request.train_minutes(run)
    return TrainingOperator(
        task_id="train",
        config=training_request.training_job(run, name=named(run, "train"), tuning_job_name=best),
        max_ingestion_time=wait * 60,
        print_log=False,
        check_if_job_exists=False,
        **_waiting(run),
    )


def gate(run: Run) -> Any:
    """Read the decision about the model; skip all following tasks if the evaluation refuses it."""
    return ShortCircuitOperator(task_id="gate", python_callable=approval, op_args=[run.evaluation_uri])


def register(run: Run) -> Any:
    """Add the model of `train` to SageMaker's registry, where it waits for its approval."""
    model_data = pulled("train", "Training", "ModelArtifacts", "S3ModelArtifacts")
    version = pulled("gate", "model_version")
    request = model_requests.model_package(run, model_data_uri=model_data, mlflow_version=version)
    return RegisterModelVersionOperator(
        task_id="register",
        image_uri=run.settings.serving_image,
        model_url=model_data,
        package_group_name=request["ModelPackageGroupName"],
        extras=request,
    )


def promote(run: Run) -> Any:
    """Approve the version of `register` if it is better than the champion, and let MLflow's alias follow."""
    settings, names, pipeline = run.settings, run.names, run.pipeline.name
    return PythonOperator(
        task_id="promote",
        python_callable=promote_version,
        op_kwargs={
            "evaluation_uri": run.evaluation_uri,
            "package": pulled("register"),
            "group": names.model_package_group(pipeline),
            "approval": settings.approval,
            "alias": {
                "tracking_uri": settings.mlflow_tracking_uri,
                "secret": settings.mlflow_secret or "",
                "model": names.model_name(pipeline),
            },
        },
    )


def champion(run: Run) -> Any:
    """Find the approved version to predict with; skip all following tasks if there is none."""
    group = run.names.model_package_group(run.pipeline.name)
    return ShortCircuitOperator(task_id="champion", python_callable=newest_approved, op_args=[group])


def create_model(run: Run) -> Any:
    """Create the SageMaker model from the model data of `champion` and the serving image of the release."""
    model_data = pulled("champion", "ModelDataUrl")
    request = model_requests.model(run, name=named(run, "model"), model_data_uri=model_data)
    return SageMakerModelOperator(task_id="create_model", config=request)


def delete_model(created: Any) -> Any:
    """Delete the SageMaker model that `created` created, also after a failure; the registry keeps the version."""
    name = pulled(created.task_id, "Model", "ModelName")
    return SageMakerDeleteModelOperator(task_id="delete_model", config={"ModelName": name}).as_teardown(setups=created)


def transform(run: Run) -> Any:
    """Predict split `score` with the model of `create_model`; the unique job name makes a duplicate check needless."""
    model_name = pulled("create_model", "Model", "ModelName")
    return TransformOperator(
        task_id="transform",
        config=transform_request.transform_job(run, name=named(run, "score"), model_name=model_name),
        max_ingestion_time=transform_request.transform_minutes(run) * 60,
        check_if_job_exists=False,
        check_if_model_exists=False,
        **_waiting(run),
    )


def _waiting(run: Run) -> dict[str, Any]:
    return {"wait_for_completion": True, "check_interval": run.settings.poll_seconds, "deferrable": False}
