"""The names, ranges and metric line that training requests and the training container share."""

from dataclasses import dataclass
from enum import StrEnum

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.tables import ContractError

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


class Scale(StrEnum):
    """SageMaker's names for the scale on which a range is searched."""

    LINEAR = "Linear"
    LOGARITHMIC = "Logarithmic"


@dataclass(frozen=True, kw_only=True)
class HyperparameterRange:
    """The range in which tuning searches one hyper-parameter; whole numbers only when `integer`."""

    name: str
    minimum: float
    maximum: float
    integer: bool = False
    scale: Scale = Scale.LINEAR

    def __post_init__(self) -> None:
        if self.minimum >= self.maximum:
            raise ContractError(f"range of {self.name}: minimum {self.minimum} must be below {self.maximum}")
        if self.scale is Scale.LOGARITHMIC and self.minimum <= 0:
            raise ContractError(f"range of {self.name}: a logarithmic range starts above 0, received {self.minimum}")

    def to_request(self) -> dict[str, str]:
        """The range as an entry of the request's Integer- or ContinuousParameterRanges."""
        low, high = (str(int(value)) if self.integer else str(float(value)) for value in (self.minimum, self.maximum))
        return {"Name": self.name, "MinValue": low, "MaxValue": high, "ScalingType": self.scale.value}


TUNED_RANGES = (
    HyperparameterRange(name="learning_rate", minimum=0.06, maximum=0.25, scale=Scale.LOGARITHMIC),
    HyperparameterRange(name="max_depth", minimum=5, maximum=9, integer=True),
    HyperparameterRange(name="min_child_weight", minimum=10.0, maximum=200.0, scale=Scale.LOGARITHMIC),
    HyperparameterRange(name="subsample", minimum=0.7, maximum=1.0),
    HyperparameterRange(name="colsample_bytree", minimum=0.3, maximum=0.7),
    HyperparameterRange(name="reg_lambda", minimum=1.0, maximum=30.0, scale=Scale.LOGARITHMIC),
)

#: Hyper-parameters that are not tuned; the number of trees is an upper limit for early stopping on validation data.
STATIC_HYPERPARAMETERS = {"n_estimators": "200", "early_stopping_rounds": "15", "max_bin": "128", "seed": "7"}


def parameter_ranges() -> dict[str, list[dict[str, str]]]:
    """The ParameterRanges of a tuning request."""
    return {
        "IntegerParameterRanges": [each.to_request() for each in TUNED_RANGES if each.integer],
        "ContinuousParameterRanges": [each.to_request() for each in TUNED_RANGES if not each.integer],
    }


def metric_line(value: float) -> str:
    """The line from which the tuning job reads a trial's objective."""
    return f"{OBJECTIVE_METRIC}={value:.6f}"
