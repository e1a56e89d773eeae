"""The names and the metric line that training requests and the training container share."""

from enum import StrEnum

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.model import ModelSpec

CHANNELS = (TRAIN, VALIDATION, TEST)
TRIAL_CHANNELS = (TRAIN, VALIDATION)

TRIAL_COMMAND = ("python", "-m", "jobs.training.trial")
FINAL_COMMAND = ("python", "-m", "jobs.training.final")

PARQUET_CONTENT_TYPE = "application/x-parquet"
JSON_LINES_CONTENT_TYPE = "application/jsonlines"

#: The largest file that a transform job sends to the container, in MB; 100 is the most that SageMaker allows
#: (CreateTransformJob, MaxPayloadInMB).
TRANSFORM_PAYLOAD_MB = 100

#: How long the data set of a training run is kept, so that its model can be trained again on the same rows.
TRAINING_DATA_DAYS = 730

CHAMPION = "champion"


class Variable(StrEnum):
    """Environment variables of the training containers, set in the request."""

    TRACKING_URI = "MLFLOW_TRACKING_URI"
    TRACKING_SECRET = "PLATFORM_TRACKING_SECRET"  # noqa: S105 - the variable, not the secret
    """The name of the secret with MLflow's user and password; empty if MLflow requires no authentication."""
    EXPERIMENT = "MLFLOW_EXPERIMENT_NAME"
    PIPELINE = "PLATFORM_PIPELINE"
    RUN_ID = "PLATFORM_RUN_ID"
    TUNING_JOB = "PLATFORM_TUNING_JOB"
    DATASET_URI = "PLATFORM_DATASET_URI"
    MODEL_NAME = "PLATFORM_MODEL_NAME"
    EVALUATION_URI = "PLATFORM_EVALUATION_URI"
    CODE_URI = "PLATFORM_CODE_URI"
    IMAGE = "PLATFORM_IMAGE"
    """The URI of the training image, which holds the code of trials and of the final job."""


def objective_name(model: ModelSpec) -> str:
    """SageMaker's name of the objective metric."""
    return f"validation:{model.objective}"


def metric_definition(model: ModelSpec) -> dict[str, str]:
    """How SageMaker reads the objective metric from the log of a trial; the pattern matches `metric_line`."""
    return {"Name": objective_name(model), "Regex": rf"{objective_name(model)}=([-+0-9.e]+)"}


def tuning_objective(model: ModelSpec) -> dict[str, str]:
    """The HyperParameterTuningJobObjective of a tuning request."""
    direction = "Maximize" if model.objective_metric.higher_is_better else "Minimize"
    return {"Type": direction, "MetricName": objective_name(model)}


def metric_line(model: ModelSpec, value: float) -> str:
    """The line from which the tuning job reads a trial's objective."""
    return f"{objective_name(model)}={value:.9g}"
