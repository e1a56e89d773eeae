"""The model of a run, from the best trial's parameters to the exported graph, and its performance on unseen rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import xgboost as xgb

from jobs.training import data, evaluation, importance, model, onnx_export, slices, transformation
from jobs.training.data import Samples
from jobs.training.model import Hyperparameters
from jobs.training.specification import Specification

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A fitted and exported model."""

    booster: xgb.Booster
    transformation: transformation.Transformation
    proto: onnx.ModelProto
    rounds: int
    threshold: float
    onnx_difference: float


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What unseen rows say of a candidate."""

    probability: Floats
    metrics: dict[str, float]
    curves: dict[str, Any]
    slices: list[dict[str, Any]]
    importance: list[dict[str, Any]]


def build(
    samples: dict[str, Samples],
    specification: Specification,
    parameters: Hyperparameters,
    *,
    rounds: int,
    threshold: float,
) -> Candidate:
    """Fit on train and validation rows, with the transformation of train rows, and export what was verified."""
    train = samples["train"]
    prepared = transformation.fit(train.table, train.label, specification.numeric, specification.categorical)
    rows = data.joined(train, samples["validation"])
    booster = model.refit(parameters, rounds, (prepared.apply(rows.table), rows.label))
    proto = onnx_export.to_onnx(booster, prepared)
    return Candidate(
        booster=booster,
        transformation=prepared,
        proto=proto,
        rounds=rounds,
        threshold=threshold,
        onnx_difference=onnx_export.verify(proto, booster, prepared, samples["test"].table),
    )


def assess(candidate: Candidate, test: Samples, specification: Specification) -> Assessment:
    """Measure the exported graph, the very thing that will serve, on rows no fit has seen."""
    probability = onnx_export.score(candidate.proto, test.table)
    threshold, cost = candidate.threshold, specification.cost
    scored = evaluation.scores(test.label, probability)
    prepared = candidate.transformation
    return Assessment(
        probability=probability,
        metrics=scored | evaluation.decisions(test.label, probability, threshold, cost),
        curves=evaluation.curves(test.label, probability, cost),
        slices=slices.slices(test, probability, dimensions=specification.categorical, threshold=threshold, cost=cost),
        importance=importance.importance(
            candidate.booster, prepared.apply(test.table), test.label, prepared.output_names
        ),
    )
