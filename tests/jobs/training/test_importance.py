import numpy as np

from jobs.training import model
from jobs.training.importance import importance
from jobs.training.model import Hyperparameters


def test_what_decides_comes_first_and_is_missed_when_shuffled() -> None:
    generator = np.random.default_rng(5)
    matrix = generator.normal(size=(3000, 3)).astype(np.float32)
    label = (matrix[:, 1] > 0).astype(np.float32)
    booster = model.refit(Hyperparameters(colsample_bytree=1.0), 10, (matrix, label))
    first, *others = importance(booster, matrix, label, ("noise", "signal", "more_noise"))
    assert first["feature"] == "signal"
    assert first["permutation"] > 0.3
    assert all(abs(each["permutation"]) < 0.05 for each in others)
