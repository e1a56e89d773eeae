import pytest

from jobs.training.errors import TrainingError
from jobs.training.settings import FinalSettings, TrialSettings


def test_all_missing_variables_are_named_at_once(environ: dict[str, str]) -> None:
    del environ["PLATFORM_PIPELINE"]
    environ["MLFLOW_TRACKING_URI"] = ""
    with pytest.raises(TrainingError, match=r"\['MLFLOW_TRACKING_URI', 'PLATFORM_PIPELINE'\] are not set"):
        TrialSettings.from_environment(environ)


def test_the_final_job_needs_more_than_a_trial(environ: dict[str, str]) -> None:
    del environ["PLATFORM_CODE_URI"]
    assert TrialSettings.from_environment(environ).tuning_job == "tune-1"
    with pytest.raises(TrainingError, match="PLATFORM_CODE_URI"):
        FinalSettings.from_environment(environ)


def test_the_final_settings_hold_both(environ: dict[str, str]) -> None:
    settings = FinalSettings.from_environment({**environ, "TRAINING_JOB_NAME": "train-1"})
    assert (settings.run_id, settings.training_job, settings.code_uri) == ("run-1", "train-1", "s3://lake/code/abc.zip")
