import time

import numpy as np

from jobs.contracts.goals import CONFIDENT_DAYS
from jobs.training.bootstrap import DayBootstrap, interval
from jobs.training.problems.binary_metrics import roc_auc
from jobs.training.problems.regression import mae


def test_an_interval_covers_the_truth_as_often_as_it_promises() -> None:
    generator = np.random.default_rng(1)
    day = np.arange(600) // 20
    covered = 0
    for _ in range(200):
        error = (generator.normal(10, 2, size=30)[day] + generator.normal(size=600)).astype(np.float32)
        low, high = DayBootstrap(day).interval(mae, np.zeros(600, np.float32), error) or (0.0, 0.0)
        covered += low <= 10 <= high
    assert 176 <= covered <= 198


def test_days_and_not_rows_are_drawn() -> None:
    """All rows of a day have the same error, so 20 rows a day say as much as one."""
    error = np.random.default_rng(2).normal(10, 2, size=30).astype(np.float32)
    once, often = (
        DayBootstrap(np.repeat(np.arange(30), rows)).interval(
            mae, np.zeros(30 * rows, np.float32), np.repeat(error, rows)
        )
        for rows in (1, 20)
    )
    assert np.allclose(once or (), often or (), atol=1e-6)


def test_two_models_are_measured_on_the_same_draws() -> None:
    label, day = np.zeros(300, np.float32), np.arange(300) % 30
    first = (50 + 5 * np.random.default_rng(3).normal(size=30)[day]).astype(np.float32)
    days = DayBootstrap(day)
    low, high = interval(days.draws(mae, label, first) - days.draws(mae, label, first - 1)) or (0.0, 0.0)
    assert 0.999 < low <= high < 1.001


def test_few_days_give_no_interval() -> None:
    few = np.arange(90) % (CONFIDENT_DAYS - 1)
    assert DayBootstrap(few).interval(mae, np.zeros(90, np.float32), np.ones(90, np.float32)) is None


def test_a_metric_that_is_undefined_has_no_interval() -> None:
    day = np.arange(90) % 9
    assert DayBootstrap(day).interval(roc_auc, np.ones(90, np.float32), np.ones(90, np.float32)) is None


def test_ten_intervals_of_a_ranking_of_54_000_rows_take_seconds() -> None:
    generator = np.random.default_rng(4)
    probability = generator.random(54_000).astype(np.float32)
    label = (generator.random(54_000) < probability).astype(np.float32)
    started = time.process_time()
    for _ in range(10):
        DayBootstrap(np.arange(54_000) % 61).interval(roc_auc, label, probability)
    assert time.process_time() - started < 3
