"""The names and the metric line that training requests and the training container share."""

from enum import StrEnum

from jobs.contracts.columns import TEST, TRAIN, VALIDATION

CHANNELS = (TRAIN, VALIDATION, TEST)
TRIAL_CHANNELS = (TRAIN, VALIDATION)

TRIAL_COMMAND = ("python", "-m", "jobs.training.trial")
FINAL_COMMAND = ("python", "-m", "jobs.training.final")

#: SageMaker reads the objective metric from the log, so this pattern must match `metric_line`.
OBJECTIVE_METRIC = "validation:auc"
METRIC_REGEX = r"validation:auc=([0-9]+\.[0-9]+)"

PARQUET_CONTENT_TYPE = "application/x-parquet"
JSON_LINES_CONTENT_TYPE = "application/jsonlines"

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


def metric_line(value: float) -> str:
    """The line from which the tuning job reads a trial's objective."""
    return f"{OBJECTIVE_METRIC}={value:.6f}"
