"""Gradient-boosted trees: hyper-parameters, fitting and prediction."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import xgboost as xgb

from jobs.training.errors import TrainingError

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """Hyper-parameters of a training request; SageMaker passes every value as a string."""

    learning_rate: float = 0.1
    max_depth: int = 6
    min_child_weight: float = 10.0
    subsample: float = 0.9
    colsample_bytree: float = 0.7
    reg_lambda: float = 1.0
    n_estimators: int = 200
    early_stopping_rounds: int = 15
    max_bin: int = 128
    seed: int = 7

    @classmethod
    def from_strings(cls, values: Mapping[str, str]) -> "Hyperparameters":
        """Parse the values of a request; raises TrainingError for an unknown name or an invalid value."""
        types = {field.name: field.type for field in fields(cls)}
        unknown = sorted(set(values) - set(types))
        if unknown:
            raise TrainingError(f"hyper-parameters {unknown} are unknown; allowed are {sorted(types)}")
        parsed: dict[str, Any] = {name: _parse(name, text, types[name] is int) for name, text in values.items()}
        return cls(**parsed)

    def to_booster(self) -> dict[str, Any]:
        """The parameters of xgboost, without the number of rounds, which `xgb.train` takes as arguments."""
        arguments = {"n_estimators", "early_stopping_rounds"}
        values = {name: value for name, value in asdict(self).items() if name not in arguments}
        return {**values, "objective": "binary:logistic", "eval_metric": "logloss", "tree_method": "hist"}

    def to_strings(self) -> dict[str, str]:
        """The values as strings, in the format of a request."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Fitted:
    """A booster with the trees up to the best round, and their number."""

    booster: xgb.Booster
    rounds: int


def fit(parameters: Hyperparameters, train: tuple[Floats, Floats], validation: tuple[Floats, Floats]) -> Fitted:
    """Fit on the training rows; early stopping chooses the number of trees by log loss on the validation rows."""
    matrix = _quantiles(parameters, train)
    booster = xgb.train(
        parameters.to_booster(),
        matrix,
        num_boost_round=parameters.n_estimators,
        evals=[(xgb.QuantileDMatrix(*validation, max_bin=parameters.max_bin, ref=matrix), "validation")],
        early_stopping_rounds=parameters.early_stopping_rounds,
        verbose_eval=False,
    )
    rounds = booster.best_iteration + 1
    return Fitted(booster[:rounds], rounds)


def refit(parameters: Hyperparameters, rounds: int, rows: tuple[Floats, Floats]) -> xgb.Booster:
    """Fit a given number of trees on all rows."""
    return xgb.train(parameters.to_booster(), _quantiles(parameters, rows), num_boost_round=rounds)


def predict(booster: xgb.Booster, matrix: Floats) -> Floats:
    """The probability of class 1."""
    probability: Floats = booster.inplace_predict(matrix)
    return probability


def gain(booster: xgb.Booster, width: int) -> list[float]:
    """The share of each matrix column in the total gain."""
    gains: dict[str, Any] = dict(booster.get_score(importance_type="total_gain"))
    values = [float(gains.get(f"f{index}", 0.0)) for index in range(width)]
    total = math.fsum(values) or 1.0
    return [value / total for value in values]


def _quantiles(parameters: Hyperparameters, rows: tuple[Floats, Floats]) -> xgb.QuantileDMatrix:
    return xgb.QuantileDMatrix(*rows, max_bin=parameters.max_bin)


def _parse(name: str, text: str, whole: bool) -> float:
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        allowed = "a whole number" if whole else "a number"
        raise TrainingError(f"hyper-parameter {name} is {text!r}; allowed is {allowed} of 0 or more")
    return value
