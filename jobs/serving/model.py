"""Loading and scoring of a trained model: the ONNX graph that reads raw features, its signature and its metadata."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.columns import MODEL_VERSION, RUN_ID
from jobs.serving.errors import RequestError
from jobs.serving.outputs import Outputs, outputs_of

_FILES = ("model.onnx", "signature.json", "metadata.json")


class ModelError(Exception):
    """A model folder with missing or invalid files; the message names them."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A loaded model; `predict` may be called from several threads."""

    session: onnxruntime.InferenceSession
    signature: dict[str, Any]
    metadata: dict[str, Any]
    outputs: Outputs
    """The function that makes the answer's columns from what the graph predicts."""

    @classmethod
    def load(cls, folder: Path) -> "Model":
        """Load the model from a folder; raises ModelError when a file is missing or invalid."""
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise ModelError(f"{folder} lacks {missing}; a model archive of the training job holds {list(_FILES)}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
        try:
            signature = json.loads((folder / "signature.json").read_text())
            metadata = json.loads((folder / "metadata.json").read_text())
            return cls(
                session=onnxruntime.InferenceSession(
                    folder / "model.onnx", options, providers=["CPUExecutionProvider"]
                ),
                signature=signature,
                metadata=metadata,
                outputs=outputs_of({**metadata, **signature}),
            )
        except Exception as error:  # the exceptions of onnxruntime have no common base class
            raise ModelError(f"{folder} holds no loadable model: {error}; train it again") from error

    def predict(self, table: pa.Table) -> dict[str, list[Any]]:
        """Identifier, the outputs of the problem, model version and run of each row.

        Raises RequestError when a column is missing or has the wrong type.
        """
        identifier = self.signature["identifier"]
        names = [identifier, *(feature["name"] for feature in self.signature["features"])]
        missing = [name for name in names if name not in table.column_names]
        if missing:
            raise RequestError(f"columns {missing} are missing; the model reads {names}")
        inputs = {feature["name"]: self._input(table, feature) for feature in self.signature["features"]}
        rows, names = len(table), self.signature["outputs"]
        predicted = self.session.run(names, inputs) if rows else [np.empty(0, np.float32)] * len(names)
        return {
            identifier: [str(value) for value in table[identifier].to_pylist()],
            **self.outputs(predicted),
            MODEL_VERSION: [self.metadata["model_version"]] * rows,
            RUN_ID: [self.metadata["run_id"]] * rows,
        }

    def _input(self, table: pa.Table, feature: dict[str, str]) -> npt.NDArray[Any]:
        column, name = table[feature["name"]], feature["name"]
        try:
            if feature["type"] == "number":
                return _numbers(column)
            return _texts(column, self.signature["missing_category"])
        except pa.ArrowException as error:
            raise RequestError(
                f"column {name} is {column.type}, allowed is a {feature['type']}: {str(error).splitlines()[0]}"
            ) from error


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.float32]:
    """The values as float32, as in training; null becomes NaN, which the graph treats as absent."""
    if pa.types.is_temporal(column.type) or pa.types.is_nested(column.type):
        raise pa.ArrowTypeError("a timestamp or a nested value is not a number")
    values: npt.NDArray[np.float32] = pc.cast(column, pa.float32(), safe=False).to_numpy().astype(np.float32)
    return values


def _texts(column: pa.ChunkedArray, missing: str) -> npt.NDArray[np.object_]:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_null(column.type)):
        raise pa.ArrowTypeError("a category must be a string")
    return np.asarray(pc.fill_null(pc.cast(column, pa.string()), missing).to_pylist(), dtype=object)
