import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from jobs.training.problems.measures import Floats
from jobs.training.problems.regression import Regression
from jobs.training.problems.strategy import measured

NUMBERS = st.lists(st.tuples(st.floats(-1e4, 1e4, width=32), st.floats(-1e4, 1e4, width=32)), min_size=1, max_size=60)
STRATEGY = Regression()


def example(rows: int = 2000) -> tuple[Floats, Floats]:
    generator = np.random.default_rng(4)
    label = generator.normal(50, 20, rows)
    return label.astype(np.float32), (label + generator.normal(1, 5, rows)).astype(np.float32)


def test_metrics_are_those_of_scikit_learn() -> None:
    label, prediction = example()
    values = measured(STRATEGY.measures(), label, prediction)
    assert values["mae"] == pytest.approx(metrics.mean_absolute_error(label, prediction), rel=1e-5)
    assert values["rmse"] == pytest.approx(metrics.root_mean_squared_error(label, prediction), rel=1e-5)
    assert values["r2"] == pytest.approx(metrics.r2_score(label, prediction), rel=1e-5)
    assert values["wape"] == pytest.approx(float(np.abs(prediction - label).sum() / np.abs(label).sum()), rel=1e-4)
    assert values["bias"] == pytest.approx(1.0, abs=0.3)


def test_shares_are_undefined_without_a_total_or_a_variance() -> None:
    zeros = np.zeros(5, dtype=np.float32)
    assert measured(STRATEGY.measures(), zeros, zeros + 1) == {
        "mae": 1.0,
        "rmse": 1.0,
        "wape": None,
        "r2": None,
        "bias": 1.0,
    }


@given(NUMBERS)
@settings(deadline=None, max_examples=60)
def test_curves_hold_every_row(pairs: list[tuple[float, float]]) -> None:
    label, prediction = (np.array(each, dtype=np.float32) for each in zip(*pairs, strict=True))
    curves = STRATEGY.curves(label, prediction, np.arange(len(pairs)) // 24, {})
    assert {name: sum(part["rows"] for part in parts) for name, parts in curves.items()} == dict.fromkeys(
        ("residuals", "predicted_actual", "error_by_day"), len(pairs)
    )
    assert len(curves["residuals"]) <= 20


def test_days_are_named() -> None:
    label, prediction = example(4)
    days = STRATEGY.curves(label, prediction, np.array([0, 0, 15857, 15857]), {})["error_by_day"]
    assert [each["day"] for each in days] == ["1970-01-01", "2013-06-01"]


def test_sagemaker_gets_the_squared_error() -> None:
    label, prediction = example()
    quality = STRATEGY.model_quality(label, prediction, {})["regression_metrics"]
    assert quality["mse"]["value"] == pytest.approx(quality["rmse"]["value"] ** 2)
    assert set(quality) == {"mae", "mse", "rmse", "r2"}
