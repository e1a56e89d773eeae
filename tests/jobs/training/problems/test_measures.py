from collections.abc import Mapping

import numpy as np
import pytest

from jobs.contracts.metrics import Problem
from jobs.training.problems import strategy_of
from jobs.training.problems.measures import Blocks, Floats, Measure, WithinBlocks
from jobs.training.problems.strategy import Strategy
from tests.sample_pipelines import sample_pipeline

ROWS, DAYS = 400, 9


def example(problem: Problem) -> tuple[Strategy, Floats, Floats]:
    """Labels and predictions with ties, and a day (the last) with a single label."""
    generator = np.random.default_rng(5)
    strategy = strategy_of(sample_pipeline(problem=problem))
    match problem:
        case Problem.BINARY:
            prediction = (generator.integers(0, 40, ROWS) / 40).astype(np.float32)
            label = (generator.random(ROWS) < prediction).astype(np.float32)
        case Problem.MULTICLASS:
            prediction = generator.dirichlet([1.0, 2.0, 0.5], size=ROWS).astype(np.float32)
            label = generator.integers(0, 3, ROWS).astype(np.float32)
        case Problem.REGRESSION:
            label = generator.normal(1000, 3, ROWS).astype(np.float32)
            prediction = label + generator.normal(size=ROWS).astype(np.float32)
    return strategy, label, prediction


def measures_of(strategy: Strategy) -> Mapping[str, Measure]:
    return strategy.measures(dict.fromkeys(strategy.chosen, 0.4))


#: Its bins are those of all rows, so a resample has other bins than the same rows alone.
BINNED = "calibration_error"


@pytest.mark.parametrize("problem", list(Problem))
def test_a_resample_has_the_value_of_its_repeated_rows(problem: Problem) -> None:
    strategy, label, prediction = example(problem)
    position = np.arange(ROWS) % DAYS
    counts = np.random.default_rng(6).integers(0, 4, size=(5, DAYS)).astype(np.float64)
    for name, measure in measures_of(strategy).items():
        values = measure.resampled(label, prediction, Blocks(position, DAYS), counts)
        for count, value in zip(counts, values, strict=True):
            repeated = np.repeat(np.arange(ROWS), count.astype(int)[position])
            expected = measure(label[repeated], prediction[repeated])
            assert value == pytest.approx(expected, abs=0.05 if name == BINNED else 1e-9), name


@pytest.mark.parametrize("problem", list(Problem))
def test_the_order_of_the_rows_changes_nothing(problem: Problem) -> None:
    strategy, label, prediction = example(problem)
    order = np.random.default_rng(8).permutation(ROWS)
    for name, measure in measures_of(strategy).items():
        # Equal probabilities at the limit of two bins change the bin with the order of the rows.
        tolerance = 0.02 if name == BINNED else 1e-9
        assert measure(label[order], prediction[order]) == pytest.approx(measure(label, prediction), abs=tolerance), (
            name
        )


@pytest.mark.parametrize("problem", list(Problem))
def test_within_days_a_metric_is_the_mean_of_the_days_by_rows(problem: Problem) -> None:
    strategy, label, prediction = example(problem)
    position = np.minimum(np.arange(ROWS) // 30, DAYS - 1)
    label[position == DAYS - 1] = label[0]
    for name, measure in measures_of(strategy).items():
        rows = [position == day for day in range(DAYS)]
        alone = [(measure(label[each], prediction[each]), each.sum()) for each in rows]
        defined = [(value, weight) for value, weight in alone if np.isfinite(value)]
        expected = np.average([value for value, _ in defined], weights=[weight for _, weight in defined])
        (value,) = WithinBlocks(measure).resampled(label, prediction, Blocks(position, DAYS), np.ones((1, DAYS)))
        assert value == pytest.approx(float(expected)), name


def test_what_separates_the_days_does_not_count_within_them() -> None:
    strategy, _, _ = example(Problem.BINARY)
    generator = np.random.default_rng(7)
    position = np.arange(ROWS) % 2
    label = (generator.random(ROWS) < 0.1 + 0.8 * position).astype(np.float32)
    prediction = (position + generator.random(ROWS) / 100).astype(np.float32)
    measure = strategy.measures()["roc_auc"]
    within = WithinBlocks(measure).resampled(label, prediction, Blocks(position, 2), np.ones((1, 2)))
    assert measure(label, prediction) > 0.85
    assert float(within[0]) == pytest.approx(0.5, abs=0.1)


def test_many_rows_are_resampled_in_parts() -> None:
    strategy, label, prediction = example(Problem.BINARY)
    many, predictions = np.tile(label, 100), np.tile(prediction, 100)
    counts = np.ones((120, DAYS))
    values = strategy.measures()["roc_auc"].resampled(
        many, predictions, Blocks(np.arange(len(many)) % DAYS, DAYS), counts
    )
    assert np.allclose(values, strategy.measures()["roc_auc"](label, prediction))
