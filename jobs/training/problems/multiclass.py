"""Multiclass problems: the probability of each class, and the most probable class as prediction."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jobs.training.arrow_types import is_text
from jobs.training.problems.measures import Additive, Blocks, Doubles, Floats, Measure, Whole, mean_of, share
from jobs.training.problems.quality import statistics
from jobs.training.problems.strategy import NO_CHOICE, Choice, Days, Document, Strategy

#: Lower limit of a likelihood, whose logarithm would otherwise be infinite.
_MINIMUM_LIKELIHOOD = 1e-7


def confusion(label: Floats, probabilities: Floats) -> Whole:
    """The number of rows by actual class (rows) and most probable class (columns)."""
    whole = Blocks(np.zeros(len(label), dtype=np.int64), 1)
    counts: Whole = _matrices(_cells(label, probabilities, whole))[0].astype(np.int64)
    return counts


def _cells(label: Floats, probabilities: Floats, blocks: Blocks) -> Doubles:
    """The confusion matrix of each block in a row."""
    classes = probabilities.shape[1]
    cell = label.astype(np.int64) * classes + probabilities.argmax(axis=1)
    return blocks.table(cell, classes * classes)


def _mean_recall(cells: Doubles) -> Doubles:
    _, recall, rows = _by_class(_matrices(cells))
    return share((recall * (rows > 0)).sum(axis=-1), (rows > 0).sum(axis=-1))


def _mean_f1(cells: Doubles) -> Doubles:
    precision, recall, rows = _by_class(_matrices(cells))
    return share((_f(precision, recall, 1.0) * (rows > 0)).sum(axis=-1), (rows > 0).sum(axis=-1))


def _matrices(cells: Doubles) -> Doubles:
    classes = round(cells.shape[-1] ** 0.5)
    return cells.reshape(-1, classes, classes)


def _losses(label: Floats, probabilities: Floats) -> Doubles:
    likelihood = probabilities[np.arange(len(label)), label.astype(np.int64)].astype(np.float64)
    losses: Doubles = -np.log(np.clip(likelihood, _MINIMUM_LIKELIHOOD, 1.0))
    return losses


#: The share of rows whose most probable class is the actual one.
accuracy = mean_of(lambda label, probabilities: (probabilities.argmax(axis=1) == label).astype(np.float64))
#: The mean of the classes' recall, over the classes that occur.
balanced_accuracy = Additive(_cells, _mean_recall)
#: The mean of the classes' F1, over the classes that occur.
macro_f1 = Additive(_cells, _mean_f1)
#: The mean negative logarithm of the actual class's probability.
log_loss = mean_of(_losses)

_MEASURES: Mapping[str, Measure] = MappingProxyType(
    {"accuracy": accuracy, "balanced_accuracy": balanced_accuracy, "macro_f1": macro_f1, "log_loss": log_loss}
)


@dataclass(frozen=True, kw_only=True)
class Multiclass(Strategy):
    """The functions of a multiclass problem."""

    classes: tuple[str, ...]

    def labels(self, column: pa.ChunkedArray) -> Floats:
        """The positions of the classes; raises ValueError for another class, or if there is only one."""
        if not is_text(column.type):
            raise ValueError(f"is {column.type}, allowed is a string")
        present = sorted(pc.unique(column).to_pylist())
        unknown = [name for name in present if name not in self.classes]
        if unknown:
            raise ValueError(f"holds {unknown[:5]}, allowed are the classes {list(self.classes)}")
        if len(present) == 1:
            raise ValueError(f"is {present[0]!r} in all {len(column)} rows; at least two classes are required")
        values: Floats = (
            pc.index_in(pc.cast(column, pa.string()), value_set=pa.array(self.classes)).to_numpy().astype(np.float32)
        )
        return values

    def targets(self, label: Floats) -> Mapping[str, Floats]:
        """An indicator of each class: its mean in a category is the share of the class."""
        return {f"={name}": (label == index).astype(np.float32) for index, name in enumerate(self.classes)}

    def summary(self, label: Floats) -> Document:
        """The share of each class."""
        return {"shares": {name: float((label == index).mean()) for index, name in enumerate(self.classes)}}

    def prior(self, train: Floats, rows: int) -> Floats:
        """The shares of the classes in training for every row."""
        shares = [(train == index).mean() for index in range(len(self.classes))]
        return np.tile(np.array(shares, dtype=np.float32), (rows, 1))

    def measures(self, choice: Choice = NO_CHOICE) -> Mapping[str, Measure]:
        """Metrics of the probabilities and of the most probable class."""
        return _MEASURES

    def curves(self, label: Floats, prediction: Floats, day: Days, choice: Choice) -> Document:
        """The confusion matrix, and precision and recall of each class."""
        counts = confusion(label, prediction)
        precision, recall, rows = _by_class(counts)
        return {
            "confusion": {"classes": list(self.classes), "counts": counts.tolist()},
            "by_class": [
                {
                    "class": name,
                    "rows": int(rows[index]),
                    "precision": float(precision[index]) if counts[:, index].any() else None,
                    "recall": float(recall[index]) if rows[index] else None,
                }
                for index, name in enumerate(self.classes)
            ],
        }

    def document(self, choice: Choice) -> Document:
        """The classes."""
        return {"classes": list(self.classes)}

    def model_quality(self, label: Floats, prediction: Floats, choice: Choice) -> Document:
        """SageMaker's multiclass_classification_metrics; weighted means use the rows of the classes as weights."""
        counts = confusion(label, prediction)
        precision, recall, rows = _by_class(counts)
        values = {
            "accuracy": accuracy(label, prediction),
            "weighted_recall": float(np.average(recall, weights=rows)),
            "weighted_precision": float(np.average(precision, weights=rows)),
            "weighted_f0_5": float(np.average(_f(precision, recall, 0.5), weights=rows)),
            "weighted_f1": float(np.average(_f(precision, recall, 1.0), weights=rows)),
            "weighted_f2": float(np.average(_f(precision, recall, 2.0), weights=rows)),
        }
        return {"multiclass_classification_metrics": statistics(values, self.classes, counts.tolist())}


def _by_class(counts: npt.NDArray[Any]) -> tuple[Doubles, Doubles, npt.NDArray[Any]]:
    """Precision, recall and actual rows of each class; 0 where a class is not predicted or does not occur."""
    right, rows, predicted = np.einsum("...ii->...i", counts), counts.sum(axis=-1), counts.sum(axis=-2)
    return share(right, predicted, 0.0), share(right, rows, 0.0), rows


def _f(precision: Doubles, recall: Doubles, beta: float) -> Doubles:
    return share((1 + beta**2) * precision * recall, beta**2 * precision + recall, 0.0)
