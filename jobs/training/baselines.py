"""Predictions that need no model: the mean of training, and columns that are predictions themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.goals import PRIOR
from jobs.contracts.model import ModelSpec
from jobs.training.data import Samples
from jobs.training.problems.strategy import Choice, Strategy
from jobs.training.transformation import numbers

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """The predictions of a baseline for the test rows, and what decides about them."""

    title: str
    """Its name for people."""
    prediction: Floats
    choice: Choice
    present: npt.NDArray[np.bool_]
    """The test rows for which the baseline has a prediction; it is compared with the model on these rows."""


def baselines(samples: Mapping[str, Samples], spec: ModelSpec, strategy: Strategy) -> dict[str, Baseline]:
    """The prior, then the baseline columns of the model, by name."""
    train, validation, test = (samples[name] for name in (TRAIN, VALIDATION, TEST))
    prior = Baseline(
        title="shares of the classes in training" if spec.classes else "mean of training",
        prediction=strategy.prior(train.label, len(test)),
        choice=strategy.choose(validation.label, strategy.prior(train.label, len(validation))),
        present=np.ones(len(test), dtype=np.bool_),
    )
    return {
        PRIOR: prior,
        **{name: _column(name, test, column, prior.choice) for name, column in spec.baselines.items()},
    }


def _column(name: str, test: Samples, column: str, choice: Choice) -> Baseline:
    prediction = numbers(test.table, column)
    title = name.replace("_", " ")
    return Baseline(title=title, prediction=prediction, choice=choice, present=np.isfinite(prediction))
