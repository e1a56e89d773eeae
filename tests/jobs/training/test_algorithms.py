import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from jobs.contracts.hyperparameters import HYPERPARAMETERS, STOPPING_METRICS, Algorithm
from jobs.contracts.metrics import Problem
from jobs.training import hyperparameters
from jobs.training.algorithms import trainer_of, xgboost_trees
from jobs.training.algorithms.fitted import Floats, Rows
from jobs.training.errors import TrainingError
from jobs.training.problems import strategy_of
from tests.sample_pipelines import sample_model, sample_pipeline

LABELS: Mapping[Problem, Callable[[npt.NDArray[np.float64]], Floats]] = {
    Problem.BINARY: lambda value: (value > 0).astype(np.float32),
    Problem.MULTICLASS: lambda value: np.digitize(value, [-1.0, 1.0]).astype(np.float32),
    Problem.REGRESSION: lambda value: (1000 + value).astype(np.float32),
}
SHAPES = {Problem.BINARY: (500,), Problem.MULTICLASS: (500, 3), Problem.REGRESSION: (500,)}


def rows(problem: Problem, count: int, seed: int) -> Rows:
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(count, 5)).astype(np.float32)
    return matrix, LABELS[problem](2 * matrix[:, 0] + generator.normal(size=count))


def test_every_value_that_a_request_may_set_is_known() -> None:
    spec = sample_model()
    values = {each.name: str(int(each.minimum) if each.integer else each.minimum) for each in spec.search}
    parameters = hyperparameters.parse(spec.algorithm, {**values, **spec.hyperparameters})
    assert hyperparameters.parse(spec.algorithm, hyperparameters.to_strings(parameters)) == parameters


def test_xgboost_knows_every_hyper_parameter_of_the_contract() -> None:
    spec = sample_model()
    named = dict.fromkeys(HYPERPARAMETERS[Algorithm.XGBOOST], 1)
    parameters = {**named, "n_estimators": 2, "early_stopping_rounds": 2, "max_bin": 16}
    fitted = xgboost_trees.fit(spec, parameters, rows(Problem.BINARY, 200, 1), rows(Problem.BINARY, 100, 2))
    config = fitted.native.save_config()
    assert [
        name for name in named if name not in ("n_estimators", "early_stopping_rounds") and name not in config
    ] == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_depht": "5"}, r"\['max_depht'\] are unknown; xgboost has .*'max_depth'"),
        ({"max_depth": "5.5"}, "max_depth is '5.5'; allowed is a whole number"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'; allowed is a number"),
        ({"learning_rate": "nan"}, "learning_rate is 'nan'"),
        ({"reg_lambda": "-1"}, "reg_lambda is '-1'; allowed is a number of 0 or more"),
    ],
)
def test_unusable_hyperparameters_are_named(values: dict[str, str], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        hyperparameters.parse(Algorithm.XGBOOST, values)


@pytest.mark.parametrize("problem", list(Problem))
def test_fitting_stops_where_validation_says_and_again_gives_the_same_model(problem: Problem) -> None:
    spec = sample_model(problem)
    trainer = trainer_of(spec)
    parameters = {"n_estimators": 200, "early_stopping_rounds": 5, "learning_rate": 0.3}
    train, validation = rows(problem, 1500, 1), rows(problem, 500, 2)
    first, second = (trainer.fit(spec, parameters, train, validation) for _ in range(2))
    assert first.chosen == second.chosen
    assert first.native.num_boosted_rounds() == first.chosen["rounds"] < 200
    prediction = trainer.predict(first.native, validation[0])
    assert prediction.shape == SHAPES[problem]
    assert (prediction == trainer.predict(second.native, validation[0])).all()


@pytest.mark.parametrize(
    ("problem", "objective"),
    [(problem, name) for problem, names in STOPPING_METRICS[Algorithm.XGBOOST].items() for name in names],
)
def test_fitting_stops_at_the_round_that_is_best_by_the_objective(problem: Problem, objective: str) -> None:
    pipeline = sample_pipeline(problem=problem)
    spec = replace(pipeline.model, objective=objective)
    parameters = {"n_estimators": 60, "early_stopping_rounds": 60, "learning_rate": 0.3, "max_depth": 3}
    train, validation = rows(problem, 600, 1), rows(problem, 400, 2)
    chosen = int(xgboost_trees.fit(spec, parameters, train, validation).chosen["rounds"])
    longest = xgboost_trees.refit(spec, parameters, {"rounds": 60.0}, train)
    measure = strategy_of(pipeline).measures()[objective]
    values = [measure(validation[1], xgboost_trees.predict(longest[:count], validation[0])) for count in range(1, 61)]
    best = (max if spec.objective_metric.higher_is_better else min)(values)
    assert values[chosen - 1] == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("problem", list(Problem))
def test_a_refit_has_the_chosen_number_of_rounds_and_its_gain_adds_up(problem: Problem) -> None:
    spec = sample_model(problem)
    trainer = trainer_of(spec)
    native = trainer.refit(spec, {}, {"rounds": 7.0}, rows(problem, 1000, 3))
    gains = trainer.gain(native, 5)
    assert native.num_boosted_rounds() == 7
    assert sum(gains) == pytest.approx(1.0)
    assert max(gains) == gains[0]


@pytest.mark.parametrize("problem", list(Problem))
def test_a_fit_without_a_split_names_the_remedy(problem: Problem) -> None:
    spec, (matrix, label) = sample_model(problem), rows(problem, 400, 1)
    if problem is Problem.BINARY:
        label = (np.arange(400) < 20).astype(np.float32)
    heavy = {"min_child_weight": 190.0, "subsample": 0.9}
    native = xgboost_trees.refit(spec, heavy, {"rounds": 3}, (matrix, label))
    assert np.ptp(xgboost_trees.predict(native, matrix), axis=0).max() == 0
    assert re.match(
        r"min_child_weight is 190, but the 400 training rows weigh .* search smaller values of min_child_weight",
        xgboost_trees.remedy(spec, heavy, label),
    )
    assert "check that the features vary" in xgboost_trees.remedy(spec, {"min_child_weight": 2.0}, label)


def test_the_rounds_of_several_fits_are_averaged_to_a_whole_number() -> None:
    assert xgboost_trees.average([{"rounds": 60.0}, {"rounds": 67.0}, {"rounds": 74.0}, {"rounds": 65.0}]) == {
        "rounds": 66.0
    }


def test_a_regression_minimises_the_error_by_which_tuning_compares() -> None:
    generator = np.random.default_rng(4)
    matrix = generator.normal(size=(4000, 1)).astype(np.float32)
    label = generator.exponential(size=4000).astype(np.float32)
    spec = sample_model(Problem.REGRESSION)
    native = xgboost_trees.refit(spec, {"max_depth": 1}, {"rounds": 5}, (matrix, label))
    assert np.median(xgboost_trees.predict(native, matrix)) == pytest.approx(np.median(label), abs=0.05)
