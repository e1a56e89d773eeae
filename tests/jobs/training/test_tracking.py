import socket

import pytest

from jobs.training.errors import TrainingError
from jobs.training.settings import TrialSettings
from jobs.training.tracking import OBJECTIVE, Tracking


def recorded(store: Tracking, objective: float) -> str:
    return store.record_trial({"max_depth": "5"}, {OBJECTIVE: objective, "rounds": 3.0})


def test_trials_of_the_tuning_job_come_best_first(environ: dict[str, str]) -> None:
    store = Tracking(TrialSettings.from_environment(environ))
    other = Tracking(TrialSettings.from_environment({**environ, "PLATFORM_TUNING_JOB": "tune-0"}))
    middle, best, worst = (recorded(store, objective) for objective in (0.7, 0.8, 0.6))
    recorded(other, 0.99)
    trials = store.trials()
    assert [trial.run_id for trial in trials] == [best, middle, worst]
    assert (trials[0].objective, trials[0].parameters) == (0.8, {"max_depth": "5"})


def test_a_tuning_job_without_trials_is_named(environ: dict[str, str]) -> None:
    store = Tracking(TrialSettings.from_environment(environ))
    with pytest.raises(TrainingError, match="holds no finished trial of tuning job 'tune-1'"):
        store.trials()


def test_a_dead_server_is_one_sentence(environ: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        uri = f"http://127.0.0.1:{taken.getsockname()[1]}"
        settings = TrialSettings.from_environment({**environ, "MLFLOW_TRACKING_URI": uri})
        with pytest.raises(TrainingError, match=f"MLflow at {uri} does not answer: .*start the tracking server"):
            Tracking(settings)
