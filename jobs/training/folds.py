"""Rolling-origin validation: a model fitted on the rows before a block of the validation split is measured on it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jobs.contracts.columns import TRAIN, VALIDATION
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training import transformation
from jobs.training.algorithms import trainer_of
from jobs.training.algorithms.fitted import Fitted, Floats, Rows
from jobs.training.data import Samples, joined
from jobs.training.errors import TrainingError
from jobs.training.problems.strategy import Document, Strategy, measured

#: Fits a named model on the first rows; it may choose on the second ones, on which the model is measured.
Fit = Callable[[str, Rows, Rows], Fitted]
#: The learning curve has the newest eighth, quarter and half of the partitions beside all of them.
_DIVISORS = (8, 4, 2)


@dataclass(frozen=True, kw_only=True)
class Fold:
    """The rows that fit a model, and later rows on which it is measured."""

    name: str
    train: Samples
    held_out: Samples


@dataclass(frozen=True, kw_only=True)
class FoldResult:
    """What a fold has shown."""

    train: tuple[str, ...]
    """The partitions that fitted the model."""
    validation: tuple[str, ...]
    """The partitions on which it is measured."""
    train_rows: int
    label: Floats
    prediction: Floats
    metrics: Mapping[str, float | None]
    chosen: Mapping[str, float]
    """What fitting has chosen, such as the number of rounds."""

    @property
    def rows(self) -> int:
        """The rows on which the model is measured."""
        return len(self.label)

    @property
    def is_constant(self) -> bool:
        """Whether the model predicts the same for every row."""
        return bool((np.ptp(self.prediction, axis=0) == 0).all())

    def to_document(self) -> Document:
        """The fold in the evaluation."""
        return {
            "train": [self.train[0], self.train[-1]],
            "validation": [self.validation[0], self.validation[-1]],
            "rows": self.rows,
            "metrics": dict(self.metrics),
        }


def folds(samples: Mapping[str, Samples], pipeline: Pipeline, strategy: Strategy) -> Iterator[Fold]:
    """The folds in the order of time; a block whose labels leave the objective undefined is not used.

    Raises TrainingError if that leaves none.
    """
    rows, validation = joined(samples[TRAIN], samples[VALIDATION]), samples[VALIDATION]
    objective, used = pipeline.model.objective, 0
    for number, block in enumerate(pipeline.splits.blocks(np.unique(validation.partition).tolist())):
        train = rows.take(rows.partition < block[0])
        held_out = validation.take(np.isin(validation.partition, block))
        guess = strategy.prior(train.label, len(held_out))
        if measured({objective: strategy.measures()[objective]}, held_out.label, guess)[objective] is not None:
            used += 1
            yield Fold(name=f"fold-{number}", train=train, held_out=held_out)
    if not used:
        raise TrainingError(
            f"{objective} is undefined in each block of the validation split, because the labels of a block are alike; "
            "choose a longer validation split or fewer folds in the splits of the pipeline"
        )


def result_of(fold: Fold, spec: ModelSpec, strategy: Strategy, fit: Fit) -> FoldResult:
    """Fit a model on the rows of a fold and measure it."""
    train, held_out = fold.train, fold.held_out
    prepared, matrix = transformation.fit(train.table, strategy.targets(train.label), train.day, spec)
    unseen = prepared.apply(held_out.table)
    fitted = fit(fold.name, (matrix, train.label), (unseen, held_out.label))
    prediction = trainer_of(spec).predict(fitted.native, unseen)
    return FoldResult(
        train=tuple(np.unique(train.partition).tolist()),
        validation=tuple(np.unique(held_out.partition).tolist()),
        train_rows=len(train),
        label=held_out.label,
        prediction=prediction,
        metrics=measured(strategy.measures(), held_out.label, prediction),
        chosen=fitted.chosen,
    )


def averages(results: Sequence[FoldResult]) -> dict[str, float]:
    """The mean of each metric over the folds in which it is defined, weighted by their rows."""
    means = {}
    for name in results[0].metrics:
        defined = [(value, each.rows) for each in results if (value := each.metrics[name]) is not None]
        if defined:
            means[name] = float(np.average([value for value, _ in defined], weights=[rows for _, rows in defined]))
    return means


def shorter(fold: Fold) -> Iterator[Fold]:
    """The fold with the newest eighth, quarter and half of its partitions; without those whose labels are all alike."""
    partitions = np.unique(fold.train.partition)
    counts = {-(-len(partitions) // divisor) for divisor in _DIVISORS} - {len(partitions)}
    for count in sorted(counts):
        newest = fold.train.take(fold.train.partition >= partitions[-count])
        if np.ptp(newest.label) > 0:
            yield Fold(name=f"newest-{count}", train=newest, held_out=fold.held_out)
