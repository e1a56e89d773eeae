"""The columns that a model of each problem adds to a row, in the order of the predictions table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from jobs.contracts.columns import PROBABILITY, THRESHOLD
from jobs.contracts.metrics import Problem

Vectors = Sequence[npt.NDArray[np.float32]]
#: From the outputs of the graph, each a vector, to the columns of the answer.
Outputs = Callable[[Vectors], dict[str, list[Any]]]
Document = Mapping[str, Any]


def outputs_of(description: Document) -> Outputs:
    """The function for a model's signature and metadata; raises ValueError or KeyError if they do not describe one."""
    return _OUTPUTS[Problem(description["problem"])](description)


def _binary(description: Document) -> Outputs:
    threshold = float(description[THRESHOLD])

    def columns(vectors: Vectors) -> dict[str, list[Any]]:
        (probability,) = vectors
        return {
            PROBABILITY: probability.tolist(),
            description["prediction"]: (probability >= np.float32(threshold)).tolist(),
            THRESHOLD: [threshold] * len(probability),
        }

    return columns


def _multiclass(description: Document) -> Outputs:
    classes = np.array(description["classes"], dtype=object)

    def columns(vectors: Vectors) -> dict[str, list[Any]]:
        probabilities = np.stack(vectors, axis=1)
        return {
            PROBABILITY: probabilities.max(axis=1).tolist(),
            description["prediction"]: classes[probabilities.argmax(axis=1)].tolist(),
        }

    return columns


def _regression(description: Document) -> Outputs:
    return lambda vectors: {description["prediction"]: vectors[0].tolist()}


_OUTPUTS: Mapping[Problem, Callable[[Document], Outputs]] = {
    Problem.BINARY: _binary,
    Problem.MULTICLASS: _multiclass,
    Problem.REGRESSION: _regression,
}
