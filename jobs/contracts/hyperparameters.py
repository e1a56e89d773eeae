"""Algorithms, the hyper-parameters of each, and the ranges in which tuning searches."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jobs.contracts.metrics import Problem
from jobs.contracts.tables import ContractError


class Algorithm(StrEnum):
    """The algorithms that the training image contains."""

    XGBOOST = "xgboost"


#: The hyper-parameters of each algorithm, and whether they are whole numbers.
HYPERPARAMETERS: Mapping[Algorithm, Mapping[str, type[int] | type[float]]] = {
    Algorithm.XGBOOST: {
        "learning_rate": float,
        "max_depth": int,
        "min_child_weight": float,
        "subsample": float,
        "colsample_bytree": float,
        "reg_lambda": float,
        "reg_alpha": float,
        "gamma": float,
        "n_estimators": int,
        "early_stopping_rounds": int,
        "max_bin": int,
        "seed": int,
    }
}

#: The objectives by which fitting of an algorithm can stop, with the algorithm's own metric: on the same rows, both put
#: models in the same order.
STOPPING_METRICS: Mapping[Algorithm, Mapping[Problem, Mapping[str, str]]] = {
    Algorithm.XGBOOST: {
        Problem.BINARY: {"roc_auc": "auc", "pr_auc": "aucpr", "log_loss": "logloss", "brier": "rmse"},
        Problem.MULTICLASS: {"log_loss": "mlogloss", "accuracy": "merror"},
        Problem.REGRESSION: {"mae": "mae", "wape": "mae", "rmse": "rmse", "r2": "rmse"},
    }
}


class Scale(StrEnum):
    """SageMaker's names for the scale on which a range is searched."""

    LINEAR = "Linear"
    LOGARITHMIC = "Logarithmic"


@dataclass(frozen=True, kw_only=True)
class HyperparameterRange:
    """The range in which tuning searches one hyper-parameter; whole numbers only when `integer`."""

    name: str
    minimum: float
    maximum: float
    integer: bool = False
    scale: Scale = Scale.LINEAR

    def __post_init__(self) -> None:
        if self.minimum >= self.maximum:
            raise ContractError(f"range of {self.name}: minimum {self.minimum} must be below {self.maximum}")
        if self.scale is Scale.LOGARITHMIC and self.minimum <= 0:
            raise ContractError(f"range of {self.name}: a logarithmic range starts above 0, received {self.minimum}")

    def to_request(self) -> dict[str, str]:
        """The range as an entry of the request's Integer- or ContinuousParameterRanges."""
        low, high = (str(int(value)) if self.integer else str(float(value)) for value in (self.minimum, self.maximum))
        return {"Name": self.name, "MinValue": low, "MaxValue": high, "ScalingType": self.scale.value}


def require_hyperparameters(
    algorithm: Algorithm, search: tuple[HyperparameterRange, ...], fixed: Mapping[str, float]
) -> None:
    """Raise ContractError unless each hyper-parameter exists, has the right type and is named once."""
    if algorithm not in HYPERPARAMETERS:
        raise ContractError(f"algorithm {algorithm!r} is unknown; allowed are {[str(each) for each in Algorithm]}")
    known = HYPERPARAMETERS[algorithm]
    names = [*(each.name for each in search), *fixed]
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ContractError(f"hyper-parameters {unknown} are unknown; {algorithm} has {sorted(known)}")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ContractError(f"hyper-parameters {repeated} are named twice; a parameter is either searched or fixed")
    for each in search:
        if each.integer is not (known[each.name] is int):
            wanted = "integer=True" if known[each.name] is int else "integer=False"
            raise ContractError(f"range of {each.name}: received integer={each.integer}; allowed is {wanted}")
    fractions = sorted(name for name, value in fixed.items() if known[name] is int and value != int(value))
    if fractions:
        raise ContractError(f"fixed hyper-parameters {fractions} must be whole numbers")


def require_objective(algorithm: Algorithm, problem: Problem, objective: str) -> None:
    """Raise ContractError unless fitting of the algorithm can stop by the objective."""
    allowed = STOPPING_METRICS[algorithm][problem]
    if objective not in allowed:
        raise ContractError(
            f"objective {objective!r} of a {problem} model: {algorithm} cannot stop fitting by it; "
            f"allowed are {sorted(allowed)}"
        )
