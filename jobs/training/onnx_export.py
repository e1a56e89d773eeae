"""The transformation and the trees as one ONNX graph that reads raw features by name.

The server, MLflow and Spark score raw features without transformation code, so that they cannot differ from training.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pyarrow as pa
import xgboost as xgb
from onnx import TensorProto, helper, numpy_helper
from onnxmltools.convert import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

from jobs.contracts.columns import PROBABILITY
from jobs.training import model
from jobs.training.errors import TrainingError
from jobs.training.transformation import LIMIT, CategoricalColumn, Transformation, categories, numbers

Floats = npt.NDArray[np.float32]

VERIFIED_ROWS = 10_000
TOLERANCE = 1e-5
_OPSET, _ML_DOMAIN, _ML_OPSET, _IR = 15, "ai.onnx.ml", 3, 8
_PAIR = "probabilities"


def to_onnx(booster: xgb.Booster, transformation: Transformation) -> onnx.ModelProto:
    """The ONNX model, with a vector per feature as inputs and the vector `probability` as output."""
    graph = _Graph()
    parts = [graph.numbers(transformation)] if transformation.numeric else []
    parts += [graph.category(column) for column in transformation.categorical]
    width = len(transformation.output_names)
    trees = convert_xgboost(booster, initial_types=[("matrix", FloatTensorType([None, width]))], target_opset=_OPSET)
    graph.node("Concat", parts, trees.graph.input[0].name, axis=1)
    graph.nodes.extend(trees.graph.node)
    graph.initializers.extend(trees.graph.initializer)
    graph.node("Gather", [_PAIR, graph.constant(np.array(1, dtype=np.int64))], PROBABILITY, axis=1)
    types = [(column.name, TensorProto.FLOAT) for column in transformation.numeric]
    types += [(column.name, TensorProto.STRING) for column in transformation.categorical]
    built = helper.make_graph(
        graph.nodes,
        "model",
        [helper.make_tensor_value_info(name, data_type, [None]) for name, data_type in types],
        [helper.make_tensor_value_info(PROBABILITY, TensorProto.FLOAT, [None])],
        graph.initializers,
    )
    imports = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_ML_DOMAIN, _ML_OPSET)]
    proto = helper.make_model(built, opset_imports=imports, ir_version=_IR)
    onnx.checker.check_model(proto)
    return proto


def score(proto: onnx.ModelProto, table: pa.Table) -> Floats:
    """The probabilities that an ONNX model predicts from raw features."""
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = {entry.name: _input(table, entry) for entry in session.get_inputs()}
    probability: Floats = session.run([PROBABILITY], inputs)[0]
    return probability


def verify(proto: onnx.ModelProto, booster: xgb.Booster, transformation: Transformation, table: pa.Table) -> float:
    """The largest difference from the probabilities of the native model on 10,000 rows.

    Raises TrainingError when it exceeds the tolerance.
    """
    rows = np.random.default_rng(0).choice(len(table), size=VERIFIED_ROWS, replace=len(table) < VERIFIED_ROWS)
    sample = table.take(pa.array(rows))
    native = model.predict(booster, transformation.apply(sample))
    difference = float(np.abs(native - score(proto, sample)).max())
    if not difference <= TOLERANCE:
        raise TrainingError(
            f"the ONNX export differs from the native model by {difference:.2e} on {VERIFIED_ROWS} rows, "
            f"allowed is {TOLERANCE:.0e}; nothing was registered"
        )
    return difference


def _input(table: pa.Table, entry: Any) -> npt.NDArray[Any]:
    if entry.type == "tensor(string)":
        return np.asarray(categories(table[entry.name]).to_pylist(), dtype=object)
    return numbers(table, entry.name)


class _Graph:
    """Nodes and constants of an ONNX graph, in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def constant(self, value: npt.NDArray[Any]) -> str:
        name = f"/constant/{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def numbers(self, transformation: Transformation) -> str:
        columns = transformation.numeric
        fill, mean, scale = (
            self.constant(np.array([[getattr(column, name) for column in columns]], dtype=np.float32))
            for name in ("fill", "mean", "scale")
        )
        limits = [self.constant(np.array(limit, dtype=np.float32)) for limit in (-LIMIT, LIMIT)]
        shape = self.constant(np.array([len(columns), -1], dtype=np.int64))
        joined = self.node("Concat", [column.name for column in columns], "/numbers_joined", axis=0)
        rows = self.node("Reshape", [joined, shape], "/numbers_rows")
        raw = self.node("Transpose", [rows], "/numbers_raw", perm=[1, 0])
        absent, infinite = self.node("IsNaN", [raw], "/numbers_nan"), self.node("IsInf", [raw], "/numbers_infinite")
        missing = self.node("Or", [absent, infinite], "/numbers_missing")
        filled = self.node("Where", [missing, fill, raw], "/numbers_filled")
        centred = self.node("Sub", [filled, mean], "/numbers_centred")
        scaled = self.node("Div", [centred, scale], "/numbers_scaled")
        return self.node("Clip", [scaled, *limits], "/numbers")

    def category(self, column: CategoricalColumn) -> str:
        encoded = self.node(
            "LabelEncoder",
            [column.name],
            f"/codes/{column.name}",
            domain=_ML_DOMAIN,
            keys_strings=list(column.values),
            values_floats=list(column.values.values()),
            default_float=column.unseen,
        )
        axis = self.constant(np.array([1], dtype=np.int64))
        return self.node("Unsqueeze", [encoded, axis], f"/encoded/{column.name}")
