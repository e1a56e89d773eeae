"""A native model with the transformation of its features."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jobs.contracts.model import ModelSpec
from jobs.training.algorithms import Trainer, trainer_of
from jobs.training.transformation import Transformation

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class NativeModel:
    """A model as its algorithm made it, before the export to ONNX."""

    spec: ModelSpec
    transformation: Transformation
    native: Any

    @property
    def trainer(self) -> Trainer:
        """The module of its algorithm."""
        return trainer_of(self.spec)

    def predict(self, table: pa.Table) -> Floats:
        """The predictions for raw features."""
        return self.predict_matrix(self.transformation.apply(table))

    def predict_matrix(self, matrix: Floats) -> Floats:
        """The predictions for transformed features."""
        return self.trainer.predict(self.native, matrix)
