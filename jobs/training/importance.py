"""Importance of the features of a model: share of gain, and loss of ROC AUC by permutation."""

from typing import Any

import numpy as np
import numpy.typing as npt
import xgboost as xgb
from sklearn.metrics import roc_auc_score

from jobs.training import model

Floats = npt.NDArray[np.float32]
_SAMPLE = 5000
_SEED = 11


def importance(booster: xgb.Booster, matrix: Floats, label: Floats, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Share of the total gain and loss of ROC AUC when the values are shuffled, per feature, largest gain first."""
    generator = np.random.default_rng(_SEED)
    rows = generator.permutation(len(label))[:_SAMPLE]
    sample, truth = matrix[rows], label[rows]
    gains = model.gain(booster, matrix.shape[1])
    measurable = truth.min() < truth.max()
    base = float(roc_auc_score(truth, model.predict(booster, sample))) if measurable else 0.0
    importances = []
    for index, feature in enumerate(names):
        share, lost = gains[index], 0.0
        if share > 0 and measurable:
            shuffled = sample.copy()
            shuffled[:, index] = generator.permutation(sample[:, index])
            lost = base - float(roc_auc_score(truth, model.predict(booster, shuffled)))
        importances.append({"feature": feature, "gain": share, "permutation": lost})
    return sorted(importances, key=lambda each: -each["gain"])
