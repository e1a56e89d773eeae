from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from jobs.contracts.columns import TRAIN, VALIDATION
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.splits import Splits
from jobs.training.algorithms import trainer_of
from jobs.training.algorithms.fitted import Fitted, Rows
from jobs.training.data import Samples
from jobs.training.errors import TrainingError
from jobs.training.folds import Fit, Fold, FoldResult, averages, folds, result_of, shorter
from jobs.training.problems.strategy import Strategy

from .samples import DAYS, make_samples

TRAIN_DAYS = 15
EVERY_PROBLEM = pytest.mark.parametrize("problem", list(Problem))


@pytest.fixture
def samples(specification: ModelSpec, strategy: Strategy) -> Mapping[str, Samples]:
    """Rows of 27 days: the first 15 are the train split, the others the validation split."""
    rows = make_samples(specification, strategy, 2000)
    first = rows.partition <= f"2013-01-{TRAIN_DAYS:02}"
    return {TRAIN: rows.take(first), VALIDATION: rows.take(~first)}


def refit(spec: ModelSpec, seen: list[tuple[str, int, int]]) -> Fit:
    def fit(name: str, train: Rows, held_out: Rows) -> Fitted:
        seen.append((name, len(train[1]), len(held_out[1])))
        chosen = {"rounds": 5.0}
        return Fitted(native=trainer_of(spec).refit(spec, {}, chosen, train), chosen=chosen)

    return fit


@EVERY_PROBLEM
def test_each_fold_is_fitted_on_all_rows_before_its_block(
    pipeline: Pipeline, strategy: Strategy, samples: Mapping[str, Samples]
) -> None:
    found = list(folds(samples, pipeline, strategy))
    assert len(found) == pipeline.splits.folds == 3
    total = len(samples[TRAIN]) + len(samples[VALIDATION])
    assert sum(len(fold.held_out) for fold in found) == len(samples[VALIDATION])
    for fold, days in zip(found, (4, 8, 12), strict=True):
        assert fold.train.instant.max() < fold.held_out.instant.min()
        assert len(set(fold.held_out.partition)) == 4
        assert len(set(fold.train.partition)) == TRAIN_DAYS + days - 4
    assert len(found[-1].train) + len(found[-1].held_out) == total


def test_permuted_labels_of_a_block_change_neither_its_model_nor_earlier_folds(
    pipeline: Pipeline, strategy: Strategy, samples: Mapping[str, Samples]
) -> None:
    validation = samples[VALIDATION]
    later = np.flatnonzero(validation.partition > "2013-01-23")
    label = validation.label.copy()
    label[later] = np.random.default_rng(1).permutation(label[later])
    changed = {**samples, VALIDATION: replace(validation, label=label)}
    spec = pipeline.model
    before, after = (
        [result_of(fold, spec, strategy, refit(spec, [])) for fold in folds(each, pipeline, strategy)]
        for each in (samples, changed)
    )
    assert all((one.prediction == other.prediction).all() for one, other in zip(before, after, strict=True))
    assert [each.metrics for each in before[:-1]] == [each.metrics for each in after[:-1]]
    assert before[-1].metrics != after[-1].metrics


def test_a_block_of_a_single_class_is_not_used_and_none_but_such_blocks_are_refused(
    pipeline: Pipeline, strategy: Strategy, samples: Mapping[str, Samples]
) -> None:
    validation = samples[VALIDATION]
    first = validation.partition <= "2013-01-19"
    alike = {**samples, VALIDATION: replace(validation, label=np.where(first, 0, validation.label))}
    assert [fold.name for fold in folds(alike, pipeline, strategy)] == ["fold-1", "fold-2"]
    never = {**samples, VALIDATION: replace(validation, label=np.zeros_like(validation.label))}
    with pytest.raises(TrainingError, match="roc_auc is undefined in each block of the validation split"):
        list(folds(never, pipeline, strategy))


def test_a_validation_split_of_one_partition_is_one_fold(
    pipeline: Pipeline, strategy: Strategy, samples: Mapping[str, Samples]
) -> None:
    day = samples[VALIDATION].partition == f"2013-01-{TRAIN_DAYS + 1}"
    (fold,) = folds({**samples, VALIDATION: samples[VALIDATION].take(day)}, pipeline, strategy)
    assert (len(fold.train), len(fold.held_out)) == (len(samples[TRAIN]), day.sum())


def test_metrics_are_weighted_by_rows_and_left_out_where_undefined() -> None:
    def result(rows: int, **metrics: float | None) -> FoldResult:
        numbers = np.zeros(rows, dtype=np.float32)
        return FoldResult(
            train=("a",), validation=("b",), train_rows=1, label=numbers, prediction=numbers, metrics=metrics, chosen={}
        )

    results = [result(10, mae=1.0, r2=None, rmse=None), result(30, mae=2.0, r2=0.5, rmse=None)]
    assert averages(results) == {"mae": 1.75, "r2": 0.5}


@EVERY_PROBLEM
def test_the_learning_curve_takes_the_newest_partitions(
    pipeline: Pipeline, strategy: Strategy, samples: Mapping[str, Samples]
) -> None:
    (*_, last) = folds(samples, pipeline, strategy)
    points = list(shorter(last))
    assert [len(set(point.train.partition)) for point in points] == [3, 6, 12]
    assert all(point.held_out is last.held_out for point in points)
    assert all(max(point.train.partition) == max(last.train.partition) for point in points)
    seen: list[tuple[str, int, int]] = []
    for point in points:
        result_of(point, pipeline.model, strategy, refit(pipeline.model, seen))
    assert [name for name, _, _ in seen] == ["newest-3", "newest-6", "newest-12"]
    assert seen[0][1] < seen[1][1] < seen[2][1] < len(last.train)


def test_a_fold_of_two_partitions_has_a_short_curve(specification: ModelSpec, strategy: Strategy) -> None:
    rows = make_samples(specification, strategy, 600)
    fold = Fold(name="fold-0", train=rows.take(rows.partition <= "2013-01-02"), held_out=rows)
    assert [len(set(point.train.partition)) for point in shorter(fold)] == [1]


def test_more_folds_than_partitions_are_as_many_as_there_are(
    pipeline: Pipeline, strategy: Strategy, samples: Mapping[str, Samples]
) -> None:
    many = replace(pipeline, splits=Splits(train=5, validation=1, test=2, folds=50))
    assert len(list(folds(samples, many, strategy))) == DAYS - TRAIN_DAYS
