"""Parsing of hyper-parameters, which SageMaker and MLflow pass as texts."""

import math
from collections.abc import Mapping

from jobs.contracts.hyperparameters import HYPERPARAMETERS, Algorithm
from jobs.training.errors import TrainingError

Hyperparameters = Mapping[str, float]


def parse(algorithm: Algorithm, values: Mapping[str, str]) -> Hyperparameters:
    """The values of a request as numbers; raises TrainingError for an unknown name or an invalid value."""
    known = HYPERPARAMETERS[algorithm]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise TrainingError(f"hyper-parameters {unknown} are unknown; {algorithm} has {sorted(known)}")
    return {name: _parse(name, text, whole=known[name] is int) for name, text in values.items()}


def to_strings(parameters: Hyperparameters) -> dict[str, str]:
    """The values as texts, in the format of a request."""
    return {name: str(value) for name, value in parameters.items()}


def _parse(name: str, text: str, *, whole: bool) -> float:
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        allowed = "a whole number" if whole else "a number"
        raise TrainingError(f"hyper-parameter {name} is {text!r}; allowed is {allowed} of 0 or more")
    return value
