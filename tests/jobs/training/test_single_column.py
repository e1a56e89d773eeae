import numpy as np
import pyarrow as pa
import pytest

from jobs.training.problems.regression import Regression
from jobs.training.problems.strategy import Strategy
from jobs.training.single_column import SingleColumn, single_columns

from .samples import samples_of

DAYS = np.arange(6)


def alone(train: pa.Array, test: pa.Array, label: list[float], strategy: Strategy | None = None) -> list[SingleColumn]:
    """The predictions of one feature, learnt from six rows."""
    samples = {
        "train": samples_of(pa.table({"x": train}), label, day=DAYS),
        "test": samples_of(pa.table({"x": test}), np.zeros(len(test)), day=np.arange(len(test))),
    }
    return list(single_columns(samples, ("x",), strategy or Regression()))


@pytest.mark.parametrize(
    ("train", "test"),
    [
        (pa.array(["a", "a", "b", "b", None, None]), pa.array(["a", "b", None, "unseen"])),
        (pa.array([1.0, 1.0, 2.0, 2.0, None, None], pa.float32()), pa.array([1.0, 2.0, None], pa.float32())),
    ],
)
def test_values_predict_their_mean_label_in_training_and_unseen_ones_the_mean_of_all(
    train: pa.Array, test: pa.Array
) -> None:
    value, absence = alone(train, test, [0.0, 0.0, 30.0, 30.0, 60.0, 60.0])
    assert value.prediction.tolist() == pytest.approx([10.0, 30.0, 50.0, 30.0][: len(test)])
    assert (value.only_absence, absence.only_absence) == (False, True)
    assert absence.prediction[2] == pytest.approx(50.0)
    assert absence.prediction[0] == absence.prediction[1] == pytest.approx(18.0)


def test_a_column_that_is_never_absent_has_no_absence() -> None:
    (only,) = alone(pa.array(["a"] * 6), pa.array(["a"]), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert not only.only_absence


def test_numbers_with_many_values_are_grouped() -> None:
    heat = np.arange(10_000, dtype=np.float32)
    samples = {
        "train": samples_of(pa.table({"x": heat}), heat, day=heat),
        "test": samples_of(pa.table({"x": heat}), heat, day=heat),
    }
    (only,) = single_columns(samples, ("x",), Regression())
    assert len(np.unique(only.prediction)) == 100
    assert np.abs(only.prediction - heat).max() < 110
