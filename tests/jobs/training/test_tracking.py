import socket

import mlflow
import pytest

from jobs.contracts.metrics import METRICS
from jobs.training.errors import TrainingError
from jobs.training.settings import TrialSettings
from jobs.training.tracking import Tracking, validation_metric


def recorded(store: Tracking, objective: float, name: str = "roc_auc", *, constant: bool = False) -> str:
    metrics = {validation_metric(name): objective, "rounds": 3.0}
    return store.record_trial({"max_depth": "5"}, metrics, constant=constant)


def interrupted(store: Tracking) -> None:
    with store.run("trial", "stopped"):
        mlflow.log_metric(validation_metric("roc_auc"), 0.9)
        raise KeyboardInterrupt


def test_trials_of_the_tuning_job_come_best_first(environ: dict[str, str]) -> None:
    store = Tracking(TrialSettings.from_environment(environ))
    other = Tracking(TrialSettings.from_environment({**environ, "PLATFORM_TUNING_JOB": "tune-0"}))
    middle, best, worst = (recorded(store, objective) for objective in (0.7, 0.8, 0.6))
    recorded(other, 0.99)
    trials = store.trials(METRICS["roc_auc"])
    assert [trial.run_id for trial in trials] == [best, middle, worst]
    assert (trials[0].objective, trials[0].parameters) == (0.8, {"max_depth": "5"})


def test_a_repeated_trial_counts_once(environ: dict[str, str]) -> None:
    one, other = (
        Tracking(TrialSettings.from_environment({**environ, "TRAINING_JOB_NAME": f"tune-1-00{number}"}))
        for number in (1, 2)
    )
    first = recorded(one, 0.7)
    recorded(one, 0.7)
    worst, best = recorded(other, 0.6), recorded(Tracking(TrialSettings.from_environment(environ)), 0.9)
    assert [trial.run_id for trial in one.trials(METRICS["roc_auc"])] == [best, first, worst]


def test_the_smallest_error_comes_first(environ: dict[str, str]) -> None:
    store = Tracking(TrialSettings.from_environment(environ))
    middle, worst, best = (recorded(store, objective, "mae") for objective in (7.5, 80.0, 0.2))
    assert [trial.run_id for trial in store.trials(METRICS["mae"])] == [best, middle, worst]


def test_constant_trials_are_told_apart_and_refused_when_there_are_no_others(environ: dict[str, str]) -> None:
    store = Tracking(TrialSettings.from_environment(environ))
    recorded(store, 0.5, constant=True)
    with pytest.raises(TrainingError, match="all 1 trials of tuning job 'tune-1' predict the same value for every row"):
        store.trials(METRICS["roc_auc"])
    recorded(store, 0.4)
    trials = store.trials(METRICS["roc_auc"])
    assert [(trial.constant, trial.objective) for trial in trials] == [(False, 0.4), (True, 0.5)]


def test_trials_that_failed_or_did_not_end_are_not_used(environ: dict[str, str]) -> None:
    store = Tracking(TrialSettings.from_environment(environ))
    finished = recorded(store, 0.6)
    with pytest.raises(KeyboardInterrupt):
        interrupted(store)
    with store.run("trial", "running"):
        mlflow.log_metric(validation_metric("roc_auc"), 0.9)
        assert [trial.run_id for trial in store.trials(METRICS["roc_auc"])] == [finished]


def test_a_tuning_job_without_trials_is_named(environ: dict[str, str]) -> None:
    store = Tracking(TrialSettings.from_environment(environ))
    with pytest.raises(TrainingError, match="holds no finished trial of tuning job 'tune-1'"):
        store.trials(METRICS["roc_auc"])


def test_a_dead_server_is_one_sentence(environ: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        uri = f"http://127.0.0.1:{taken.getsockname()[1]}"
        settings = TrialSettings.from_environment({**environ, "MLFLOW_TRACKING_URI": uri})
        with pytest.raises(TrainingError, match=f"MLflow at {uri} does not answer: .*start the tracking server"):
            Tracking(settings)
