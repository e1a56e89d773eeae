"""The environment of a training container as one typed value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jobs.contracts.training import Variable
from jobs.training.errors import TrainingError


@dataclass(frozen=True, kw_only=True)
class TrialSettings:
    """What every training job must know."""

    tracking_uri: str
    tracking_secret: str = ""
    """The name of the secret with MLflow's user and password; empty where MLflow asks for none."""
    experiment: str
    pipeline: str
    run_id: str
    """The DAG run that asked for the job."""
    tuning_job: str
    training_job: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "TrialSettings":
        """Read the request's variables; raises TrainingError naming all that are missing."""
        return cls(**_common(environ))


@dataclass(frozen=True, kw_only=True)
class FinalSettings(TrialSettings):
    """What the job that fits, evaluates and registers the model must know besides."""

    dataset_uri: str
    model_name: str
    evaluation_uri: str
    code_uri: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "FinalSettings":
        """Read the request's variables; raises TrainingError naming all that are missing."""
        wanted = {
            "dataset_uri": Variable.DATASET_URI,
            "model_name": Variable.MODEL_NAME,
            "evaluation_uri": Variable.EVALUATION_URI,
            "code_uri": Variable.CODE_URI,
        }
        _require(environ, wanted.values())
        return cls(**_common(environ), **{name: environ[variable] for name, variable in wanted.items()})


def _common(environ: Mapping[str, str]) -> dict[str, str]:
    wanted = {
        "tracking_uri": Variable.TRACKING_URI,
        "experiment": Variable.EXPERIMENT,
        "pipeline": Variable.PIPELINE,
        "run_id": Variable.RUN_ID,
        "tuning_job": Variable.TUNING_JOB,
    }
    _require(environ, wanted.values())
    values = {name: environ[variable] for name, variable in wanted.items()}
    secret, job = environ.get(Variable.TRACKING_SECRET, ""), environ.get("TRAINING_JOB_NAME", "")
    return {**values, "tracking_secret": secret, "training_job": job}


def _require(environ: Mapping[str, str], variables: Iterable[Variable]) -> None:
    missing = [str(variable) for variable in variables if not environ.get(variable)]
    if missing:
        raise TrainingError(
            f"environment variables {missing} are not set; the training request's Environment must name them"
        )
