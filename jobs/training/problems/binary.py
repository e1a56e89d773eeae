"""Binary problems: the probability of class 1, and a threshold from which class 1 is predicted."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.columns import THRESHOLD
from jobs.contracts.goals import MistakeCosts
from jobs.training.arrow_types import is_number
from jobs.training.problems import binary_metrics as binary
from jobs.training.problems.binary_metrics import Decisions
from jobs.training.problems.measures import Doubles, Floats, Measure
from jobs.training.problems.quality import statistics
from jobs.training.problems.strategy import NO_CHOICE, Choice, Days, Document, Strategy

_MEASURES: Mapping[str, Measure] = {
    "roc_auc": binary.roc_auc,
    "pr_auc": binary.pr_auc,
    "log_loss": binary.log_loss,
    "brier": binary.brier,
    "calibration_error": binary.calibration_error,
}


@dataclass(frozen=True, kw_only=True)
class Binary(Strategy):
    """The functions of a binary problem."""

    chosen = (THRESHOLD,)

    costs: MistakeCosts
    capacity: float | None = None

    def labels(self, column: pa.ChunkedArray) -> Floats:
        """Labels 0 and 1; raises ValueError for other values or a single class."""
        if not is_number(column.type):
            raise ValueError(f"is {column.type}, allowed is a number")
        values: Floats = pc.cast(column, pa.float32()).to_numpy()
        present = np.unique(values)
        invalid = sorted({float(value) for value in present} - {0.0, 1.0})
        if invalid:
            raise ValueError(f"holds {invalid[:5]}, allowed are 0 and 1")
        if len(present) == 1:
            raise ValueError(f"is {int(present[0])} in all {len(values)} rows; both classes are required")
        return values

    def summary(self, label: Floats) -> Document:
        """The share of class 1."""
        return {"base_rate": float(label.mean())}

    def prior(self, train: Floats, rows: int) -> Floats:
        """The share of class 1 in training for every row."""
        return np.full(rows, train.mean(), dtype=np.float32)

    def as_prediction(self, column: Floats) -> Floats:
        """The values as probabilities from 0 to 1."""
        return np.where(np.isfinite(column), np.clip(column, 0.0, 1.0), np.float32("nan"))

    def choose(self, label: Floats, prediction: Floats) -> Choice:
        """The threshold of least cost within the capacity."""
        return {THRESHOLD: binary.threshold_of_least_cost(label, prediction, self.costs, self.capacity)}

    def measures(self, choice: Choice = NO_CHOICE) -> Mapping[str, Measure]:
        """Metrics of the probabilities and, with a threshold, of the decisions."""
        return {**_MEASURES, **self._decided(choice[THRESHOLD])} if THRESHOLD in choice else _MEASURES

    def slice_facts(self, label: Floats, prediction: Floats) -> Document:
        """Observed and predicted share of class 1."""
        return {"base_rate": float(label.mean()), "mean_predicted": float(prediction.mean())}

    def curves(self, label: Floats, prediction: Floats, day: Days, choice: Choice) -> Document:
        """ROC, precision-recall, calibration and cost curves, and the confusion matrix at the threshold."""
        decided = binary.decisions(label, prediction, choice[THRESHOLD])
        confusion = {"classes": ["0", "1"], "counts": decided.counts}
        return {**binary.curves(label, prediction, self.costs), "confusion": confusion}

    def document(self, choice: Choice) -> Document:
        """The threshold with its origin, and the costs and the capacity from which it follows."""
        return {
            THRESHOLD: choice[THRESHOLD],
            "threshold_from": "rolling_origin",
            "costs": asdict(self.costs),
            "capacity": self.capacity,
        }

    def model_quality(self, label: Floats, prediction: Floats, choice: Choice) -> Document:
        """SageMaker's binary_classification_metrics."""
        decided = binary.decisions(label, prediction, choice[THRESHOLD])
        (right, _), (_, detected) = decided.counts
        values = {
            "auc": binary.roc_auc(label, prediction),
            "au_prc": binary.pr_auc(label, prediction),
            "precision": float(decided.precision),
            "recall": float(decided.recall),
            "accuracy": (right + detected) / len(label),
        }
        return {"binary_classification_metrics": statistics(values, ("0", "1"), decided.counts)}

    def _decided(self, threshold: float) -> Mapping[str, Measure]:
        facts: Mapping[str, Callable[[Decisions], Doubles]] = {
            "precision": lambda decided: decided.precision,
            "recall": lambda decided: decided.recall,
            "flagged": lambda decided: decided.flagged / decided.rows,
            "missed": lambda decided: decided.missed,
            "false_alarms": lambda decided: decided.false_alarms,
            "cost": lambda decided: decided.cost(self.costs),
            "cost_per_row": lambda decided: decided.cost(self.costs) / decided.rows,
        }
        return {name: binary.decided(fact, threshold) for name, fact in facts.items()}
