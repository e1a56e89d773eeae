"""The algorithms of the training image: a row and a module for each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from jobs.contracts.hyperparameters import Algorithm
from jobs.contracts.model import ModelSpec
from jobs.training.algorithms import xgboost_trees
from jobs.training.algorithms.fitted import Fitted, Floats, Rows
from jobs.training.checkpoints import NO_CHECKPOINT, Checkpoint
from jobs.training.hyperparameters import Hyperparameters
from jobs.training.onnx_graph import Graph


class Trainer(Protocol):
    """The functions of an algorithm's module; a native model is passed between them and never looked into.

    Predictions are a vector, or a matrix with a column per class for a multiclass problem.
    """

    CHOSEN: tuple[str, ...]
    """What fitting chooses on the validation rows, by name: a refit gets it, and MLflow records it as metrics."""

    def fit(
        self,
        spec: ModelSpec,
        parameters: Hyperparameters,
        train: Rows,
        validation: Rows,
        checkpoint: Checkpoint = NO_CHECKPOINT,
    ) -> Fitted:
        """Fit on the training rows and choose on the validation rows; with a checkpoint, resume an interrupted fit."""
        ...

    def average(self, chosen: Sequence[Mapping[str, float]]) -> dict[str, float]:
        """What several fits have chosen, as the choice of one."""
        ...

    def refit(
        self,
        spec: ModelSpec,
        parameters: Hyperparameters,
        chosen: Mapping[str, float],
        rows: Rows,
        checkpoint: Checkpoint = NO_CHECKPOINT,
    ) -> Any:
        """Fit all rows with what an earlier fit has chosen; with a checkpoint, resume an interrupted fit."""
        ...

    def predict(self, native: Any, matrix: Floats) -> Floats:
        """The predictions for a matrix of features."""
        ...

    def remedy(self, spec: ModelSpec, parameters: Hyperparameters, label: Floats) -> str:
        """What to do after a fit of these labels that has learnt nothing."""
        ...

    def to_onnx(self, native: Any, graph: Graph, matrix: str) -> str:
        """Add the model to a graph; the result is the name of a float32 matrix, with one column for a vector."""
        ...

    def gain(self, native: Any, width: int) -> list[float]:
        """The share of each matrix column in what the model has learnt."""
        ...

    def save(self, native: Any, folder: Path) -> None:
        """Write the native model to a folder."""
        ...


_TRAINERS: Mapping[Algorithm, Trainer] = {Algorithm.XGBOOST: xgboost_trees}


def trainer_of(spec: ModelSpec) -> Trainer:
    """The module of a model's algorithm."""
    return _TRAINERS[spec.algorithm]
