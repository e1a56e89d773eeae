import numpy as np
import pyarrow as pa

from jobs.contracts.goals import MistakeCosts
from jobs.training.data import Samples
from jobs.training.slices import MINIMUM_ROWS, slices, worst

COSTS = MistakeCosts(missed=4.0, false_alarm=1.0)


def test_the_slice_that_is_ranked_worst_is_named() -> None:
    generator = np.random.default_rng(2)
    rows = 4 * MINIMUM_ROWS
    carriers = np.array(["AA", "UA", "US", "YV"]).repeat(MINIMUM_ROWS)
    label = generator.integers(0, 2, rows).astype(np.float32)
    probability = np.where(carriers == "US", generator.random(rows), 0.8 * label + 0.1).astype(np.float32)
    hour = (np.arange(rows) % 2).astype(np.int64)
    samples = Samples(pa.table({"carrier": carriers}), label, hour)

    result = slices(samples, probability, dimensions=("carrier",), threshold=0.5, costs=COSTS)
    named = {part["dimension"]: part["value"] for part in worst(result)}

    assert named["carrier"] == "US"
    assert {part["value"] for part in result if part["dimension"] == "hour_utc"} == {"00", "01"}
    assert sum(part["rows"] for part in result if part["dimension"] == "carrier") == rows


def test_a_slice_of_few_rows_or_one_class_is_shown_and_never_worst() -> None:
    label = np.array([0.0, 1.0, 1.0], dtype=np.float32)
    probability = np.array([0.9, 0.1, 0.5], dtype=np.float32)
    samples = Samples(pa.table({"carrier": ["AA", "AA", None]}), label, np.zeros(3, dtype=np.int64))
    result = slices(samples, probability, dimensions=("carrier",), threshold=0.5, costs=COSTS)
    absent = next(part for part in result if part["value"] == "(absent)")
    assert (absent["rows"], absent["roc_auc"], absent["recall"]) == (1, None, 1.0)
    assert worst(result) == []
