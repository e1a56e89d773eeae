"""The model of a run: fitted with the parameters of the best trial and exported to ONNX."""

from collections.abc import Mapping
from dataclasses import dataclass

import onnx

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.model import ModelSpec
from jobs.training import data, hyperparameters, onnx_export, transformation
from jobs.training.algorithms import trainer_of
from jobs.training.data import Samples
from jobs.training.native import NativeModel
from jobs.training.problems.strategy import Choice, Strategy
from jobs.training.tracking import Trial


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A fitted and exported model."""

    model: NativeModel
    proto: onnx.ModelProto
    fitted: Mapping[str, float]
    """What fitting has chosen, such as the number of rounds."""
    choice: Choice
    """What the best trial has chosen on the validation rows to decide about predictions."""
    onnx_difference: float
    """Largest difference between the predictions of the export and of the native model."""


def build(best: Trial, samples: Mapping[str, Samples], spec: ModelSpec, strategy: Strategy) -> Candidate:
    """Fit train and validation rows as the best trial chose, export the model to ONNX and verify it on test rows."""
    trainer, rows = trainer_of(spec), data.joined(samples[TRAIN], samples[VALIDATION])
    prepared, matrix = transformation.fit(rows.table, strategy.targets(rows.label), rows.day, spec)
    fitted = {name: best.metrics[name] for name in trainer.CHOSEN}
    parameters = hyperparameters.parse(spec.algorithm, best.parameters)
    native = trainer.refit(spec, parameters, fitted, (matrix, rows.label))
    model = NativeModel(spec=spec, transformation=prepared, native=native)
    proto = onnx_export.to_onnx(model)
    return Candidate(
        model=model,
        proto=proto,
        fitted=fitted,
        choice={name: best.metrics[name] for name in strategy.chosen},
        onnx_difference=onnx_export.verify(proto, model, strategy, samples[TEST].table),
    )
