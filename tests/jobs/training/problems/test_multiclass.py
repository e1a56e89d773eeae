import numpy as np
import pytest
from sklearn import metrics

from jobs.training.problems.measures import Floats
from jobs.training.problems.multiclass import Multiclass
from jobs.training.problems.strategy import measured

STRATEGY = Multiclass(classes=("low", "middle", "high"))


def example(rows: int = 2000) -> tuple[Floats, Floats]:
    generator = np.random.default_rng(4)
    probabilities = generator.dirichlet([1.0, 2.0, 0.5], size=rows)
    label = np.array([generator.choice(3, p=row) for row in probabilities])
    return label.astype(np.float32), probabilities.astype(np.float32)


def test_metrics_are_those_of_scikit_learn() -> None:
    label, probabilities = example()
    predicted = probabilities.argmax(axis=1)
    values = measured(STRATEGY.measures(), label, probabilities)
    assert values["accuracy"] == pytest.approx(metrics.accuracy_score(label, predicted))
    assert values["balanced_accuracy"] == pytest.approx(metrics.balanced_accuracy_score(label, predicted))
    assert values["macro_f1"] == pytest.approx(metrics.f1_score(label, predicted, average="macro"))
    exact = probabilities.astype(np.float64)
    expected = metrics.log_loss(label, exact / exact.sum(axis=1, keepdims=True))
    assert values["log_loss"] == pytest.approx(expected, rel=1e-3)


def test_sagemaker_gets_means_weighted_by_the_rows_of_the_classes() -> None:
    label, probabilities = example()
    predicted = probabilities.argmax(axis=1)
    quality = STRATEGY.model_quality(label, probabilities, {})["multiclass_classification_metrics"]
    for beta, name in ((0.5, "weighted_f0_5"), (1.0, "weighted_f1"), (2.0, "weighted_f2")):
        expected = metrics.fbeta_score(label, predicted, beta=beta, average="weighted")
        assert quality[name]["value"] == pytest.approx(expected)
    matrix = quality["confusion_matrix"]
    assert sum(count for row in matrix.values() for count in row.values()) == len(label)
    assert matrix["low"]["high"] == int(((label == 0) & (predicted == 2)).sum())


def test_the_prior_predicts_the_shares_of_training() -> None:
    prior = STRATEGY.prior(np.array([0, 0, 1, 2], dtype=np.float32), 3)
    assert prior.tolist() == [[0.5, 0.25, 0.25]] * 3


def test_a_class_that_does_not_occur_is_left_out_of_means() -> None:
    label, probabilities = np.array([0.0, 1.0], dtype=np.float32), np.eye(3, dtype=np.float32)[[0, 2]]
    values = measured(STRATEGY.measures(), label, probabilities)
    assert (values["accuracy"], values["balanced_accuracy"], values["macro_f1"]) == (0.5, 0.5, 0.5)
    assert STRATEGY.curves(label, probabilities, np.zeros(2, np.int64), {})["by_class"] == [
        {"class": "low", "rows": 1, "precision": 1.0, "recall": 1.0},
        {"class": "middle", "rows": 1, "precision": None, "recall": 0.0},
        {"class": "high", "rows": 0, "precision": 0.0, "recall": None},
    ]
