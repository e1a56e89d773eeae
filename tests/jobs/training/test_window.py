import numpy as np
import pyarrow as pa

from jobs.training.window import iso, learnt

from .samples import samples_of


def test_a_model_has_learnt_from_train_and_validation_rows() -> None:
    days = {"train": [0, 1], "validation": [2, 3], "test": [4, 5]}
    samples = {
        name: samples_of(pa.table({"x": [0.0, 1.0]}), [0.0, 1.0], day=each, hour=7) for name, each in days.items()
    }
    assert learnt(samples) == ("1970-01-01T07:00:00Z", "1970-01-04T07:00:00Z")


def test_an_instant_keeps_its_fraction() -> None:
    assert iso(np.datetime64("2013-10-31T23:59:59.5")) == "2013-10-31T23:59:59.500000Z"
