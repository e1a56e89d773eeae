"""What differs between problems: labels, metrics, decisions, outputs and curves."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jobs.training.problems.measures import Floats, Measure

Days = npt.NDArray[np.int64]
Document = dict[str, Any]
#: What is chosen on the validation rows to decide about predictions, such as a threshold.
Choice = Mapping[str, float]
NO_CHOICE: Choice = MappingProxyType({})


class Strategy(ABC):
    """The functions of a problem.

    Labels are 0 and 1, the position of the class, or a number. Predictions are the probability of class 1, a matrix
    with the probability of each class, or a number.
    """

    #: The names of what `choose` returns.
    chosen: ClassVar[tuple[str, ...]] = ()
    #: The number of rows from which a slice's metrics are compared; with fewer they are too noisy.
    minimum_slice_rows: ClassVar[int] = 200

    @abstractmethod
    def labels(self, column: pa.ChunkedArray) -> Floats:
        """The labels of a column without nulls; raises ValueError, which says what is wrong and what is allowed."""

    def targets(self, label: Floats) -> Mapping[str, Floats]:
        """What the means of categories are taken of: the label, or an indicator of each class by its suffix."""
        return {"": label}

    @abstractmethod
    def summary(self, label: Floats) -> Document:
        """The distribution of the labels."""

    @abstractmethod
    def prior(self, train: Floats, rows: int) -> Floats:
        """The prediction of the baseline `prior`: the mean of the training labels or the shares of the classes."""

    def as_prediction(self, column: Floats) -> Floats:
        """The values of a feature as predictions; what is not finite is no prediction."""
        return column

    def choose(self, label: Floats, prediction: Floats) -> Choice:
        """What decides about predictions, chosen on validation rows."""
        return NO_CHOICE

    @abstractmethod
    def measures(self, choice: Choice = NO_CHOICE) -> Mapping[str, Measure]:
        """The metrics by name; those that depend on a choice only when it is given."""

    def slice_facts(self, label: Floats, prediction: Floats) -> Document:
        """Facts of a slice beside its metrics."""
        return {}

    @abstractmethod
    def curves(self, label: Floats, prediction: Floats, day: Days, choice: Choice) -> Document:
        """The data of the report's figures."""

    def scale(self, prediction: Floats) -> float:
        """The scale on which differences between predictions are measured; that of probabilities is 1."""
        return 1.0

    def document(self, choice: Choice) -> Document:
        """The settings of the problem that the evaluation states."""
        return {}

    @abstractmethod
    def model_quality(self, label: Floats, prediction: Floats, choice: Choice) -> Document:
        """SageMaker's model quality statistics."""


def measured(measures: Mapping[str, Measure], label: Floats, prediction: Floats) -> dict[str, float | None]:
    """The value of each metric; None where it is undefined."""
    values = {name: measure(label, prediction) for name, measure in measures.items()}
    return {name: value if np.isfinite(value) else None for name, value in values.items()}
