"""The model of a run: fitted with the parameters of the best trial, validated as such a model, and exported to ONNX."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training import data, hyperparameters, onnx_export, transformation
from jobs.training.algorithms import trainer_of
from jobs.training.algorithms.fitted import Fitted, Rows
from jobs.training.checkpoints import Checkpoints
from jobs.training.data import Samples
from jobs.training.folds import Fit, Fold, FoldResult, folds, result_of, shorter
from jobs.training.native import NativeModel
from jobs.training.problems.strategy import Choice, Document, Strategy
from jobs.training.tracking import Trial


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A fitted and exported model."""

    model: NativeModel
    proto: onnx.ModelProto
    training: Rows
    """The matrix and the labels on which it was fitted."""
    fitted: Mapping[str, float]
    """What the trial's fits have chosen, such as the number of rounds."""
    choice: Choice
    """What decides about predictions, chosen on the predictions of all folds."""
    folds: tuple[FoldResult, ...]
    """Models that were fitted as this one, on the rows before each block of the validation split."""
    learning_curve: tuple[FoldResult, ...]
    """The last fold, fitted on its newest partitions only: from few partitions to all."""
    onnx_difference: float
    """Largest difference between the predictions of the export and of the native model."""


def build(
    best: Trial,
    samples: Mapping[str, Samples],
    pipeline: Pipeline,
    strategy: Strategy,
    checkpoints: Checkpoints,
) -> Candidate:
    """Repeat the folds as the model is fitted, fit train and validation rows, and verify the export on test rows.

    The number of rounds is fixed by the trial, in the folds too: their predictions are those of the procedure that
    makes the served model, so the threshold is chosen on them.
    """
    spec, trainer = pipeline.model, trainer_of(pipeline.model)
    fitted = {name: best.metrics[name] for name in trainer.CHOSEN}
    parameters = hyperparameters.parse(spec.algorithm, best.parameters)

    def fit(name: str, rows: Rows, _: Rows) -> Fitted:
        return Fitted(native=trainer.refit(spec, parameters, fitted, rows, checkpoints.of(name)), chosen=fitted)

    results, curve = _validated(samples, pipeline, strategy, fit)
    rows = data.joined(samples[TRAIN], samples[VALIDATION])
    prepared, matrix = transformation.fit(rows.table, strategy.targets(rows.label), rows.day, spec)
    native = trainer.refit(spec, parameters, fitted, (matrix, rows.label), checkpoints.of("model"))
    model = NativeModel(spec=spec, transformation=prepared, native=native)
    proto = onnx_export.to_onnx(model)
    return Candidate(
        model=model,
        proto=proto,
        training=(matrix, rows.label),
        fitted=fitted,
        choice=strategy.choose(
            np.concatenate([each.label for each in results]), np.concatenate([each.prediction for each in results])
        ),
        folds=results,
        learning_curve=curve,
        onnx_difference=onnx_export.verify(proto, model, strategy, samples[TEST].table),
    )


def learning_points(curve: tuple[FoldResult, ...], spec: ModelSpec) -> list[Document]:
    """The learning curve in the evaluation."""
    return [
        {"partitions": len(each.train), "rows": each.train_rows, "objective": each.metrics[spec.objective]}
        for each in curve
    ]


def _validated(
    samples: Mapping[str, Samples], pipeline: Pipeline, strategy: Strategy, fit: Fit
) -> tuple[tuple[FoldResult, ...], tuple[FoldResult, ...]]:
    """The results of all folds, and the learning curve of the last one."""
    spec, results = pipeline.model, []
    last: Fold | None = None
    for last in folds(samples, pipeline, strategy):
        results.append(result_of(last, spec, strategy, fit))
    curve = [result_of(fold, spec, strategy, fit) for fold in shorter(last)] if last else []
    return tuple(results), (*curve, results[-1])
