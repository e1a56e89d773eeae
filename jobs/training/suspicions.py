"""Features and slices that look too good to be true, which is how a value from after the prediction time looks.

A suspicion changes no decision: a feature may be as good as it looks. Columns that are baselines are known to be
predictions: they are exempt, and so is a feature that predicts no better than one of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from jobs.contracts.columns import TEST, TRAIN
from jobs.contracts.metrics import METRICS, Metric, Problem
from jobs.contracts.pipeline import Pipeline
from jobs.training.data import Samples
from jobs.training.dimensions import ABSENT, Part, dimensions
from jobs.training.goal_result import number
from jobs.training.problems.measures import Floats
from jobs.training.problems.strategy import Strategy
from jobs.training.single_column import SingleColumn, single_columns
from jobs.training.transformation import numbers

#: By what features are compared; the objective may be a metric on which no common limits are possible.
_METRICS = {Problem.BINARY: "roc_auc", Problem.MULTICLASS: "log_loss", Problem.REGRESSION: "mae"}
#: Share of the way from the prior to a perfect prediction from which a feature is looked at.
_STRONG = 0.6
#: Share of what the model does, from which one feature does nearly all of it.
_NEARLY_ALL = 0.9
#: Share of the way to a perfect prediction from which a feature is nearly perfect.
_NEARLY_PERFECT = 0.95
#: In a suspicious slice, at most this share is missing to a perfect prediction, and at most a third of what is missing
#: in all rows.
_LEFT, _LEFT_OF_ALL = 0.15, 1 / 3
#: Rows of each class that a slice needs; with fewer it is perfect by chance.
_LEAST_OF_CLASS = 20
#: Share of a class in a slice that is nearly all of it, if it is less than half of all rows.
_NEARLY_EVERY = 0.99
_LEAST_FEATURES = 3
_SEED = 11
_CHECK = "check that it is known at the prediction time"


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """A feature, or a slice of it, that looks too good to be true."""

    feature: str
    slice: str | None
    sentence: str

    def to_document(self) -> dict[str, Any]:
        """The suspicion as JSON."""
        return asdict(self)


class Suspicions:
    """What looks too good among the test rows."""

    def __init__(
        self, samples: Mapping[str, Samples], prediction: Floats, pipeline: Pipeline, strategy: Strategy
    ) -> None:
        self._samples, self._test, self._prediction = samples, samples[TEST], prediction
        self._pipeline, self._strategy, self._spec = pipeline, strategy, pipeline.model
        self._metric: Metric = METRICS[_METRICS[self._spec.problem]]
        self._measure = strategy.measures()[self._metric.name]
        self._prior = self._value(strategy.prior(samples[TRAIN].label, len(self._test)))
        self._model = self._value(prediction)
        self._exempt = set(self._spec.baselines.values())
        self._features = tuple(name for name in self._spec.features if name not in self._exempt)

    def find(self, importance: list[dict[str, Any]]) -> tuple[Suspicion, ...]:
        """The suspicious features, then suspicious slices of other features."""
        found = {each.feature: each for each in (*self._dominating(importance), *self._alone())}
        slices = {each.feature: each for each in self._slices() if each.feature not in found}
        return (*found.values(), *slices.values())

    def _value(self, prediction: Floats) -> float:
        return self._measure(self._test.label, prediction)

    def _improvement(self, value: float) -> float:
        """The share of the way from the prior to a perfect prediction."""
        return self._metric.improvement(value, self._prior)

    def _alone(self) -> Iterator[Suspicion]:
        """Features of which a single column does nearly what the model does, or predicts nearly perfectly."""
        if len(self._spec.features) == 1:
            return
        model, known = self._model, self._known()
        for column in single_columns(self._samples, self._features, self._strategy):
            value = self._value(column.prediction)
            reached = self._improvement(value)
            nearly_all = reached >= max(_STRONG, _NEARLY_ALL * self._improvement(model))
            if (nearly_all or reached >= _NEARLY_PERFECT) and reached > known:
                yield Suspicion(feature=column.feature, slice=None, sentence=self._sentence(column, value, model))

    def _known(self) -> float:
        """What the best of the columns that are baselines reaches on the rows for which it has a value."""
        reached = [0.0]
        for column in self._exempt:
            values = numbers(self._test.table, column)
            rows = np.isfinite(values)
            if rows.any():
                label = self._test.label[rows]
                prior = self._measure(label, self._strategy.prior(label, len(label)))
                reached.append(self._metric.improvement(self._measure(label, values[rows]), prior))
        return max(value for value in reached if np.isfinite(value))

    def _sentence(self, column: SingleColumn, value: float, model: float) -> str:
        what = f"whether {column.feature} is absent" if column.only_absence else column.feature
        title = self._metric.title
        return f"{what} alone reaches {title} {number(value)}, the model {number(model)}; {_CHECK}"

    def _dominating(self, importance: list[dict[str, Any]]) -> Iterator[Suspicion]:
        """Features without whose values the model loses nearly all that it has learnt."""
        objective = self._spec.objective_metric
        measure, label = self._strategy.measures()[objective.name], self._test.label
        shuffled = self._prediction[np.random.default_rng(_SEED).permutation(len(label))]
        everything = objective.gain(measure(label, self._prediction), measure(label, shuffled))
        strong = self._improvement(self._model) >= _STRONG
        if not strong or len(self._spec.features) < _LEAST_FEATURES or not everything > 0:
            return
        for each in importance:
            lost = each["permutation"] / everything
            if each["feature"] in self._features and lost >= _NEARLY_ALL:
                sentence = (
                    f"shuffled values of {each['feature']} cost {lost:.0%} of what the model has learnt; {_CHECK}"
                )
                yield Suspicion(feature=each["feature"], slice=None, sentence=sentence)

    def _slices(self) -> Iterator[Suspicion]:
        """Slices whose rows are of one class that is rare elsewhere, or in which the model is nearly perfect."""
        for dimension in dimensions(self._test, self._spec, self._pipeline.partitions.column):
            if dimension.name in self._exempt:
                continue
            present = [Part("(present)", ~part.rows) for part in dimension.parts if part.value == ABSENT]
            for part in (*dimension.parts, *present):
                rows = int(part.rows.sum())
                enough = rows >= self._strategy.minimum_slice_rows
                reason = (self._single_class(part) or self._perfect(part)) if enough else None
                if reason:
                    where = f"in the {rows:,} rows with {dimension.name} {part.value} {reason}"
                    yield Suspicion(feature=dimension.name, slice=part.value, sentence=f"{where}; {_CHECK}")

    def _single_class(self, part: Part) -> str | None:
        if self._spec.problem is Problem.REGRESSION:
            return None
        predictions = self._prediction.reshape(len(self._test), -1)
        indicators = self._strategy.targets(self._test.label)
        for column, (name, indicator) in enumerate(indicators.items()):
            share, overall = float(indicator[part.rows].mean()), float(indicator.mean())
            knows = float(predictions[part.rows, column].mean()) >= _NEARLY_ALL
            if share >= _NEARLY_EVERY and overall < 1 / 2 and knows:
                return f"{share:.0%} are of class {name.removeprefix('=') or 1} ({overall:.0%} of all rows)"
        return None

    def _perfect(self, part: Part) -> str | None:
        """The slice is measured against its own constant, so that a slice with small labels is not perfect already."""
        label = self._test.label[part.rows]
        _, counts = np.unique(label, return_counts=True)
        if self._spec.problem is not Problem.REGRESSION and counts.min() < _LEAST_OF_CLASS:
            return None
        value = self._measure(label, self._prediction[part.rows])
        constant = self._measure(label, self._strategy.prior(label, len(label)))
        left, everywhere = (
            1 - each for each in (self._metric.improvement(value, constant), self._improvement(self._model))
        )
        if left <= _LEFT and left <= _LEFT_OF_ALL * everywhere and everywhere > 1 - _NEARLY_ALL:
            return f"{self._metric.title} is {number(value)}, in all rows {number(self._model)}"
        return None
