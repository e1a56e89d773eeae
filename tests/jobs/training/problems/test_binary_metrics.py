import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from jobs.contracts.goals import MistakeCosts
from jobs.training.problems import binary_metrics as evaluation
from jobs.training.problems.binary import Binary
from jobs.training.problems.binary_metrics import decisions
from jobs.training.problems.measures import Floats
from jobs.training.problems.strategy import measured

PAIRS = st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1, width=32)), min_size=1, max_size=60)


COSTS = MistakeCosts(missed=4.0, false_alarm=1.0)


def split(pairs: list[tuple[int, float]]) -> tuple[Floats, Floats]:
    label, probability = zip(*pairs, strict=True)
    return np.array(label, dtype=np.float32), np.array(probability, dtype=np.float32)


def calibrated(rows: int) -> tuple[Floats, Floats]:
    generator = np.random.default_rng(4)
    probability = generator.random(rows).astype(np.float32)
    return (generator.random(rows) < probability).astype(np.float32), probability


def test_scores_are_those_of_scikit_learn() -> None:
    label, probability = calibrated(2000)
    scored = measured(Binary(costs=COSTS).measures(), label, probability)
    assert scored["roc_auc"] == pytest.approx(metrics.roc_auc_score(label, probability))
    assert scored["pr_auc"] == pytest.approx(metrics.average_precision_score(label, probability))
    assert scored["log_loss"] == pytest.approx(metrics.log_loss(label, probability.astype(np.float64)), rel=1e-4)
    assert scored["brier"] == pytest.approx(np.mean((label - probability) ** 2))
    assert scored["calibration_error"] == pytest.approx(0.0, abs=0.05)


def test_a_model_that_is_always_too_sure_has_a_calibration_error() -> None:
    label, probability = calibrated(5000)
    sure = np.where(probability > 0.5, 0.99, 0.01).astype(np.float32)
    assert evaluation.calibration_error(label, sure) > 0.2


@given(PAIRS)
@settings(deadline=None, max_examples=40)
def test_no_threshold_costs_less_than_the_chosen_one(pairs: list[tuple[int, float]]) -> None:
    label, probability = split(pairs)
    chosen = evaluation.threshold_of_least_cost(label, probability, COSTS)
    least = decisions(label, probability, chosen).cost(COSTS)
    for threshold in np.linspace(0.005, 0.995, 199):
        assert least <= decisions(label, probability, float(threshold)).cost(COSTS)


def test_the_threshold_follows_the_price_of_a_miss() -> None:
    label, probability = calibrated(5000)
    cautious = evaluation.threshold_of_least_cost(label, probability, COSTS)
    balanced = evaluation.threshold_of_least_cost(label, probability, MistakeCosts(missed=1.0, false_alarm=1.0))
    assert cautious == pytest.approx(0.2, abs=0.06)
    assert balanced == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("capacity", [0.05, 0.15, 0.5])
def test_the_threshold_stays_within_the_capacity(capacity: float) -> None:
    label, probability = calibrated(5000)
    free = evaluation.threshold_of_least_cost(label, probability, COSTS)
    chosen = evaluation.threshold_of_least_cost(label, probability, COSTS, capacity)
    assert (probability >= np.float32(chosen)).mean() <= capacity
    assert chosen > free


def test_decisions_count_mistakes() -> None:
    measures = Binary(costs=COSTS).measures({"threshold": 0.5})
    decided = measured(measures, *split([(1, 0.9), (1, 0.1), (0, 0.8), (0, 0.2)]))
    assert {name: decided[name] for name in decided if name not in Binary(costs=COSTS).measures()} == {
        "precision": 0.5,
        "recall": 0.5,
        "flagged": 0.5,
        "missed": 1,
        "false_alarms": 1,
        "cost": 5.0,
        "cost_per_row": 1.25,
    }


def test_ranking_is_undefined_for_a_single_class() -> None:
    single = measured(Binary(costs=COSTS).measures({"threshold": 0.5}), *split([(1, 0.9), (1, 0.2)]))
    assert (single["roc_auc"], single["pr_auc"], single["recall"]) == (None, None, 0.5)


@given(PAIRS)
@settings(deadline=None, max_examples=40)
def test_every_row_lies_in_one_calibration_bin(pairs: list[tuple[int, float]]) -> None:
    label, probability = split(pairs)
    bins = evaluation.calibration(label, probability)
    assert sum(each["rows"] for each in bins) == len(pairs)
    means = [each["mean_predicted"] for each in bins]
    assert means == sorted(means)


def test_curves_are_small_and_end_where_they_must() -> None:
    curves = evaluation.curves(*calibrated(5000), COSTS)
    roc, precision_recall = curves["roc"], curves["precision_recall"]
    assert all(len(curves[name]) <= 100 for name in ("roc", "precision_recall", "calibration", "cost"))
    assert roc[0] == {"false_positive_rate": 0.0, "true_positive_rate": 0.0}
    assert roc[-1] == {"false_positive_rate": 1.0, "true_positive_rate": 1.0}
    assert (precision_recall[0]["recall"], precision_recall[-1]["recall"]) == (0.0, 1.0)
