"""Regression problems: a number, and its distance to the label."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.training.arrow_types import is_number
from jobs.training.problems.measures import Additive, Blocks, Doubles, Floats, Measure, mean_of, ratio_of, share
from jobs.training.problems.quality import statistics
from jobs.training.problems.strategy import NO_CHOICE, Choice, Days, Document, Strategy

_BINS = 20
#: The histogram covers the residuals between these quantiles; its first and last bin also hold those beyond.
_TAILS = (0.005, 0.995)
_EPOCH = date(1970, 1, 1)


def _residuals(label: Floats, prediction: Floats) -> Doubles:
    return prediction.astype(np.float64) - label.astype(np.float64)


def _errors(label: Floats, prediction: Floats) -> Doubles:
    return np.abs(_residuals(label, prediction))


def _squares(label: Floats, prediction: Floats) -> Doubles:
    return np.square(_residuals(label, prediction))


def _variance(label: Floats, prediction: Floats, blocks: Blocks) -> Doubles:
    """Squared errors, rows, and the sums from which the variance of the labels follows."""
    centred = label.astype(np.float64) - float(label.mean(dtype=np.float64))
    values = (_squares(label, prediction), np.ones(len(label)), centred, np.square(centred))
    return np.hstack([blocks.totals(each) for each in values])


def _explained(sums: Doubles) -> Doubles:
    error, rows, total, squares = sums.T
    spread = squares - share(total**2, rows)
    return 1 - share(error, np.where(spread > 0, spread, 0.0))


#: The mean absolute error.
mae = mean_of(_errors)
#: The root of the mean squared error.
rmse = Additive(mean_of(_squares).totals, lambda sums: np.sqrt(share(sums[:, 0], sums[:, 1])))
#: The sum of absolute errors as a share of the sum of absolute labels; NaN if all labels are 0.
wape = ratio_of(_errors, lambda label, _: np.abs(label.astype(np.float64)))
#: The share of the labels' variance that the predictions explain; NaN if all labels are equal.
r2 = Additive(_variance, _explained)
#: The mean of prediction minus label.
bias = mean_of(_residuals)

_MEASURES: Mapping[str, Measure] = MappingProxyType({"mae": mae, "rmse": rmse, "wape": wape, "r2": r2, "bias": bias})


@dataclass(frozen=True, kw_only=True)
class Regression(Strategy):
    """The functions of a regression problem."""

    minimum_slice_rows = 50

    def labels(self, column: pa.ChunkedArray) -> Floats:
        """Finite numbers; raises ValueError for others, or if all are equal."""
        if not is_number(column.type):
            raise ValueError(f"is {column.type}, allowed is a number")
        values: Floats = pc.cast(column, pa.float32(), safe=False).to_numpy()
        infinite = int((~np.isfinite(values)).sum())
        if infinite:
            raise ValueError(f"is NaN or infinite in {infinite} of {len(values)} rows; use null for an unknown label")
        if values.min() == values.max():
            raise ValueError(f"is {values[0]:g} in all {len(values)} rows; at least two values are required")
        return values

    def summary(self, label: Floats) -> Document:
        """Mean, median and range of the labels."""
        return {
            "mean": float(label.mean(dtype=np.float64)),
            "median": float(np.median(label)),
            "minimum": float(label.min()),
            "maximum": float(label.max()),
        }

    def prior(self, train: Floats, rows: int) -> Floats:
        """The mean of the training labels for every row."""
        return np.full(rows, train.mean(dtype=np.float64), dtype=np.float32)

    def measures(self, choice: Choice = NO_CHOICE) -> Mapping[str, Measure]:
        """Metrics of the error."""
        return _MEASURES

    def slice_facts(self, label: Floats, prediction: Floats) -> Document:
        """Mean label and mean prediction."""
        return {
            "mean_label": float(label.mean(dtype=np.float64)),
            "mean_predicted": float(prediction.mean(dtype=np.float64)),
        }

    def curves(self, label: Floats, prediction: Floats, day: Days, choice: Choice) -> Document:
        """Histogram of the residuals, labels by prediction, and the error of each day."""
        return {
            "residuals": _histogram(_residuals(label, prediction)),
            "predicted_actual": [
                {
                    "mean_predicted": float(prediction[part].mean(dtype=np.float64)),
                    "mean_actual": float(label[part].mean(dtype=np.float64)),
                    "rows": len(part),
                }
                for part in np.array_split(np.argsort(prediction, kind="stable"), _BINS)
                if len(part)
            ],
            "error_by_day": [_day(value, label[day == value], prediction[day == value]) for value in np.unique(day)],
        }

    def scale(self, prediction: Floats) -> float:
        """The largest absolute prediction, because float32 has relative precision."""
        return float(np.abs(prediction).max()) or 1.0

    def model_quality(self, label: Floats, prediction: Floats, choice: Choice) -> Document:
        """SageMaker's regression_metrics."""
        error = rmse(label, prediction)
        values = {"mae": mae(label, prediction), "mse": error**2, "rmse": error, "r2": r2(label, prediction)}
        return {"regression_metrics": statistics(values)}


def _day(value: np.int64, label: Floats, prediction: Floats) -> Document:
    return {
        "day": (_EPOCH + timedelta(days=int(value))).isoformat(),
        "rows": len(label),
        "mae": mae(label, prediction),
        "bias": bias(label, prediction),
    }


def _histogram(residuals: Doubles) -> list[Document]:
    low, high = np.quantile(residuals, _TAILS)
    edges = np.linspace(low, high, _BINS + 1)
    counts, _ = np.histogram(np.clip(residuals, low, high), bins=edges if low < high else 1)
    bounds = edges if low < high else np.array([low, high])
    return [
        {"from": float(start), "to": float(end), "rows": int(rows)}
        for start, end, rows in zip(bounds, bounds[1:], counts, strict=False)
    ]
