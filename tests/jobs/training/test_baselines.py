from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.goals import LINEAR, PRIOR
from jobs.contracts.metrics import Problem
from jobs.training.baselines import Baseline, baselines
from jobs.training.candidate import build
from jobs.training.checkpoints import Checkpoints
from jobs.training.data import Samples
from jobs.training.linear import LinearModel
from jobs.training.problems import strategy_of
from jobs.training.tracking import Trial
from tests.sample_pipelines import sample_model, sample_pipeline

from .samples import make_samples

#: Two columns without absent numbers.
PRESENT = np.full(2, np.nan, dtype=np.float32)
EVERY_PROBLEM = pytest.mark.parametrize("problem", list(Problem))
BEST = Trial(
    run_id="1",
    parameters={},
    metrics={"rounds": 5.0, "threshold": 0.9},
    objective=0.0,
    constant=False,
    remedy="",
    started=0,
)


@cache
def compared(problem: Problem) -> tuple[Mapping[str, Samples], dict[str, Baseline]]:
    """The baselines of a model, with a column that is a prediction and is absent in a twentieth of the rows."""
    pipeline = sample_pipeline(problem=problem)
    columns = {} if problem is Problem.MULTICLASS else {"yesterday": "use_yesterday"}
    pipeline = replace(pipeline, model=replace(pipeline.model, baselines=columns))
    spec, strategy = pipeline.model, strategy_of(pipeline)
    rows = make_samples(spec, strategy, 3000)
    samples = {
        TRAIN: rows.take(rows.partition < "2013-01-11"),
        VALIDATION: rows.take((rows.partition >= "2013-01-11") & (rows.partition < "2013-01-18")),
        TEST: rows.take(rows.partition >= "2013-01-18"),
    }
    candidate = build(BEST, samples, pipeline, strategy, Checkpoints())
    return samples, baselines(candidate, samples, spec, strategy)


@EVERY_PROBLEM
def test_a_linear_model_is_better_than_the_prior_and_decides_for_itself(problem: Problem) -> None:
    samples, found = compared(problem)
    spec, strategy = sample_model(problem), strategy_of(sample_pipeline(problem=problem))
    measure, label = strategy.measures()[spec.objective], samples[TEST].label
    linear, prior = (measure(label, found[name].prediction) for name in (LINEAR, PRIOR))
    assert spec.objective_metric.improvement(linear, prior) > 0.2
    assert found[LINEAR].present.all()
    assert found[LINEAR].choice.keys() == set(strategy.chosen)
    assert "regression" in found[LINEAR].title
    assert found[LINEAR].prediction.dtype == np.float32


@pytest.mark.parametrize("problem", [Problem.BINARY, Problem.REGRESSION])
def test_a_column_is_compared_where_it_is_present(problem: Problem) -> None:
    samples, found = compared(problem)
    yesterday, column = found["yesterday"], samples[TEST].table["use_yesterday"]
    assert 0 < (~yesterday.present).sum() == column.null_count
    assert yesterday.title == "yesterday"
    known = yesterday.prediction[yesterday.present]
    if problem is Problem.BINARY:
        assert (known.min(), known.max()) == (1.0, 1.0)
        assert 0 < yesterday.choice["threshold"] < 1
    else:
        assert (known.min() < 90, known.max() > 110) == (True, True)


def test_probabilities_of_a_column_are_clipped_and_infinite_ones_absent() -> None:
    binary = strategy_of(sample_pipeline())
    given = np.array([-0.5, 0.25, 1.5, np.inf, np.nan], dtype=np.float32)
    assert np.array_equal(binary.as_prediction(given), [0.0, 0.25, 1.0, np.nan, np.nan], equal_nan=True)


def test_the_linear_model_of_an_absolute_error_predicts_medians() -> None:
    generator = np.random.default_rng(4)
    matrix = np.column_stack([np.full(5000, 3.0), generator.normal(size=5000)]).astype(np.float32)
    label = (10 * matrix[:, 1] + generator.exponential(size=5000)).astype(np.float32)
    spec = sample_model(Problem.REGRESSION)
    median, mean = (
        LinearModel(replace(spec, objective=objective), (matrix, label), PRESENT).predict(matrix) - 10 * matrix[:, 1]
        for objective in ("mae", "rmse")
    )
    assert np.median(median) == pytest.approx(np.log(2), abs=0.05)
    assert np.median(mean) == pytest.approx(1.0, abs=0.05)


def test_a_class_that_training_lacks_gets_no_probability() -> None:
    generator = np.random.default_rng(4)
    matrix = generator.normal(size=(600, 2)).astype(np.float32)
    label = np.where(matrix[:, 0] > 0, 2.0, 0.0).astype(np.float32)
    probabilities = LinearModel(sample_model(Problem.MULTICLASS), (matrix, label), PRESENT).predict(matrix)
    assert (probabilities[:, 1] == 0).all()
    assert (probabilities.argmax(axis=1) == label).mean() > 0.95


def test_an_absent_number_does_not_bend_the_line_of_the_others() -> None:
    generator = np.random.default_rng(4)
    matrix = generator.normal(loc=3, size=(4000, 2)).astype(np.float32)
    label = 10 * matrix[:, 0] + matrix[:, 1]
    is_absent = generator.random(4000) < 0.1
    matrix[is_absent, 0] = -9.0
    model = LinearModel(sample_model(Problem.REGRESSION), (matrix, label), np.array([-9.0, np.nan], dtype=np.float32))
    error = np.abs(model.predict(matrix) - label)
    assert error[~is_absent].max() < 0.1
    assert error[is_absent].mean() == pytest.approx(10 * np.sqrt(2 / np.pi), rel=0.1)
