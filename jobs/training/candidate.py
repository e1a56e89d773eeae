"""The model of a run: fitted with the parameters of the best trial, exported to ONNX, evaluated on the test split."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import xgboost as xgb

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.goals import MistakeCosts
from jobs.contracts.model import ModelSpec
from jobs.training import data, evaluation, importance, model, onnx_export, slices, transformation
from jobs.training.data import Samples
from jobs.training.model import Hyperparameters

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
    """Largest difference between the probabilities of the export and of the native model."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Performance of a candidate on the test split."""

    probability: Floats
    metrics: dict[str, float]
    curves: dict[str, Any]
    slices: list[dict[str, Any]]
    importance: list[dict[str, Any]]


def build(
    samples: dict[str, Samples],
    specification: ModelSpec,
    parameters: Hyperparameters,
    *,
    rounds: int,
    threshold: float,
) -> Candidate:
    """Fit the trees on train and validation rows, export them to ONNX and verify the export on test rows.

    The transformation is fitted on train rows only, as it was in the trial that chose `rounds` and `threshold`.
    """
    train = samples[TRAIN]
    prepared = transformation.fit(train.table, train.label, specification.numeric, specification.categorical)
    rows = data.joined(train, samples[VALIDATION])
    booster = model.refit(parameters, rounds, (prepared.apply(rows.table), rows.label))
    proto = onnx_export.to_onnx(booster, prepared)
    return Candidate(
        booster=booster,
        transformation=prepared,
        proto=proto,
        rounds=rounds,
        threshold=threshold,
        onnx_difference=onnx_export.verify(proto, booster, prepared, samples[TEST].table),
    )


def evaluate(candidate: Candidate, test: Samples, specification: ModelSpec, costs: MistakeCosts) -> Evaluation:
    """Evaluate the ONNX export, which is what will be served, on rows that were not used for fitting."""
    probability = onnx_export.score(candidate.proto, test.table)
    threshold, prepared = candidate.threshold, candidate.transformation
    scores = evaluation.scores(test.label, probability)
    return Evaluation(
        probability=probability,
        metrics=scores | evaluation.decisions(test.label, probability, threshold, costs),
        curves=evaluation.curves(test.label, probability, costs),
        slices=slices.slices(test, probability, dimensions=specification.categorical, threshold=threshold, costs=costs),
        importance=importance.importance(
            candidate.booster, prepared.apply(test.table), test.label, prepared.output_names
        ),
    )
