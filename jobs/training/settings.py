"""Settings of a training job, parsed from the environment variables of its container."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jobs.contracts.training import Variable
from jobs.training.errors import TrainingError


@dataclass(frozen=True, kw_only=True)
class TrialSettings:
    """Settings of every training job."""

    tracking_uri: str
    tracking_secret: str = ""
    """The name of the secret with user and password for MLflow; empty when MLflow requires none."""
    experiment: str
    pipeline: str
    run_id: str
    """The DAG run that started the job."""
    tuning_job: str
    training_job: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "TrialSettings":
        """Parse the environment variables; raises TrainingError with the names of all missing variables."""
        return cls(**_common(environ))


@dataclass(frozen=True, kw_only=True)
class FinalSettings(TrialSettings):
    """Settings of the final job, which fits, evaluates and registers the model."""

    dataset_uri: str
    model_name: str
    evaluation_uri: str
    code_uri: str
    """The archive with the Spark code that made the data set."""
    training_image: str
    """The image with the code of this job."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "FinalSettings":
        """Parse the environment variables; raises TrainingError with the names of all missing variables."""
        variables = {
            "dataset_uri": Variable.DATASET_URI,
            "model_name": Variable.MODEL_NAME,
            "evaluation_uri": Variable.EVALUATION_URI,
            "code_uri": Variable.CODE_URI,
            "training_image": Variable.IMAGE,
        }
        _require(environ, variables.values())
        return cls(**_common(environ), **{name: environ[variable] for name, variable in variables.items()})


def _common(environ: Mapping[str, str]) -> dict[str, str]:
    variables = {
        "tracking_uri": Variable.TRACKING_URI,
        "experiment": Variable.EXPERIMENT,
        "pipeline": Variable.PIPELINE,
        "run_id": Variable.RUN_ID,
        "tuning_job": Variable.TUNING_JOB,
    }
    _require(environ, variables.values())
    values = {name: environ[variable] for name, variable in variables.items()}
    secret, job = environ.get(Variable.TRACKING_SECRET, ""), environ.get("TRAINING_JOB_NAME", "")
    return {**values, "tracking_secret": secret, "training_job": job}


def _require(environ: Mapping[str, str], variables: Iterable[Variable]) -> None:
    missing = [str(variable) for variable in variables if not environ.get(variable)]
    if missing:
        raise TrainingError(
            f"environment variables {missing} are not set; set them in the Environment of the training request"
        )
