"""Multiclass problems: the probability of each class, and the most probable class as prediction."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jobs.training.arrow_types import is_text
from jobs.training.problems.quality import statistics
from jobs.training.problems.strategy import NO_CHOICE, Choice, Days, Document, Floats, Measure, Strategy

#: Lower limit of a likelihood, whose logarithm would otherwise be infinite.
_MINIMUM_LIKELIHOOD = 1e-7
_Counts = npt.NDArray[np.int64]
_Doubles = npt.NDArray[np.float64]


def confusion(label: Floats, probabilities: Floats) -> _Counts:
    """The number of rows by actual class (rows) and most probable class (columns)."""
    classes = probabilities.shape[1]
    pairs = label.astype(np.int64) * classes + probabilities.argmax(axis=1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def accuracy(label: Floats, probabilities: Floats) -> float:
    """The share of rows whose most probable class is the actual one."""
    return float((probabilities.argmax(axis=1) == label).mean())


def balanced_accuracy(label: Floats, probabilities: Floats) -> float:
    """The mean of the classes' recall, over the classes that occur."""
    _, recall, rows = _by_class(confusion(label, probabilities))
    return float(recall[rows > 0].mean())


def macro_f1(label: Floats, probabilities: Floats) -> float:
    """The mean of the classes' F1, over the classes that occur."""
    precision, recall, rows = _by_class(confusion(label, probabilities))
    return float(_f(precision, recall, 1.0)[rows > 0].mean())


def log_loss(label: Floats, probabilities: Floats) -> float:
    """The mean negative logarithm of the actual class's probability."""
    likelihood = probabilities[np.arange(len(label)), label.astype(np.int64)].astype(np.float64)
    return float(-np.log(np.clip(likelihood, _MINIMUM_LIKELIHOOD, 1.0)).mean())


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


def _by_class(counts: _Counts) -> tuple[_Doubles, _Doubles, _Counts]:
    """Precision, recall and actual rows of each class; 0 where a class is not predicted or does not occur."""
    right, rows, predicted = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    return right / np.maximum(predicted, 1), right / np.maximum(rows, 1), rows


def _f(precision: _Doubles, recall: _Doubles, beta: float) -> _Doubles:
    weighted = beta**2 * precision + recall
    both = (1 + beta**2) * precision * recall
    return np.divide(both, weighted, out=np.zeros_like(both), where=weighted > 0)
