"""Predictions with which a model is compared: simple models, and columns that are predictions themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.goals import LINEAR, PRIOR
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.training.candidate import Candidate
from jobs.training.data import Samples
from jobs.training.linear import LinearModel
from jobs.training.problems.strategy import Choice, Strategy
from jobs.training.transformation import numbers

Floats = npt.NDArray[np.float32]

_LINEAR_TITLES = {
    Problem.BINARY: "logistic regression",
    Problem.MULTICLASS: "multinomial logistic regression",
    Problem.REGRESSION: "linear regression",
}


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """The predictions of a baseline for the test rows, and what decides about them."""

    title: str
    """Its name for people."""
    prediction: Floats
    choice: Choice
    present: npt.NDArray[np.bool_]
    """The test rows for which the baseline has a prediction; it is compared with the model on these rows."""


def baselines(
    candidate: Candidate, samples: Mapping[str, Samples], spec: ModelSpec, strategy: Strategy
) -> dict[str, Baseline]:
    """The prior, the linear model of the candidate's training rows, and the baseline columns, by name."""
    validation, test = samples[VALIDATION], samples[TEST]
    columns = {name: _column(name, column, validation, test, strategy) for name, column in spec.baselines.items()}
    return {
        PRIOR: _prior(samples, spec, strategy),
        LINEAR: _linear(candidate, test, spec, strategy),
        **columns,
    }


def _prior(samples: Mapping[str, Samples], spec: ModelSpec, strategy: Strategy) -> Baseline:
    train, validation, test = (samples[name] for name in (TRAIN, VALIDATION, TEST))
    return Baseline(
        title="shares of the classes in training" if spec.classes else "mean of training",
        prediction=strategy.prior(train.label, len(test)),
        choice=strategy.choose(validation.label, strategy.prior(train.label, len(validation))),
        present=np.ones(len(test), dtype=np.bool_),
    )


def _linear(candidate: Candidate, test: Samples, spec: ModelSpec, strategy: Strategy) -> Baseline:
    """Its threshold is chosen on the rows that fitted it, which so few weights do not know by heart."""
    matrix, label = candidate.training
    transformation = candidate.model.transformation
    model = LinearModel(spec, (matrix, label), transformation.absent)
    return Baseline(
        title=_LINEAR_TITLES[spec.problem],
        prediction=model.predict(transformation.apply(test.table)),
        choice=strategy.choose(label, model.predict(matrix)),
        present=np.ones(len(test), dtype=np.bool_),
    )


def _column(name: str, column: str, validation: Samples, test: Samples, strategy: Strategy) -> Baseline:
    """A column that predicts; where it is absent there is no prediction."""
    earlier, prediction = (strategy.as_prediction(numbers(each.table, column)) for each in (validation, test))
    known = np.isfinite(earlier)
    return Baseline(
        title=name.replace("_", " "),
        prediction=prediction,
        choice=strategy.choose(validation.label[known], earlier[known]),
        present=np.isfinite(prediction),
    )
