"""The transformation and the model as one ONNX graph that reads raw features by name.

The server, MLflow and Spark score raw features without transformation code, so that they cannot differ from training.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pyarrow as pa
from onnx import TensorProto, helper

from jobs.training.errors import TrainingError
from jobs.training.native import NativeModel
from jobs.training.onnx_graph import ML_DOMAIN, Graph
from jobs.training.problems.strategy import Strategy
from jobs.training.target_encoding import filled
from jobs.training.transformation import LIMIT, CategoricalColumn, Transformation, numbers

Floats = npt.NDArray[np.float32]

VERIFIED_ROWS = 10_000
TOLERANCE = 1e-5
_OPSET, _ML_OPSET, _IR = 15, 3, 8
_PROBLEM, _LABEL = "problem", "label"


def to_onnx(model: NativeModel) -> onnx.ModelProto:
    """The ONNX model, with a vector per feature as inputs and a vector per output of the problem."""
    graph, transformation = Graph(), model.transformation
    parts = [_numbers(graph, transformation)] if transformation.numeric else []
    parts += [_category(graph, column) for column in transformation.categorical]
    matrix = graph.node("Concat", parts, "/matrix", axis=1)
    predictions = model.trainer.to_onnx(model.native, graph, matrix)
    for index, name in enumerate(model.spec.outputs):
        graph.node("Gather", [predictions, graph.constant(np.int64(index))], name, axis=1)
    types = [(name, TensorProto.FLOAT) for name in model.spec.numeric]
    types += [(name, TensorProto.STRING) for name in model.spec.categorical]
    built = helper.make_graph(
        graph.nodes,
        "model",
        [helper.make_tensor_value_info(name, data_type, [None]) for name, data_type in types],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None]) for name in model.spec.outputs],
        graph.initializers,
    )
    imports = [helper.make_opsetid("", _OPSET), helper.make_opsetid(ML_DOMAIN, _ML_OPSET)]
    proto = helper.make_model(built, opset_imports=imports, ir_version=_IR)
    helper.set_model_props(proto, {_PROBLEM: model.spec.problem.value, _LABEL: model.spec.label})
    onnx.checker.check_model(proto)
    return proto


def question(proto: onnx.ModelProto) -> dict[str, str]:
    """The problem and the label of a model, as its export recorded them."""
    return {entry.key: entry.value for entry in proto.metadata_props if entry.key in (_PROBLEM, _LABEL)}


def score(proto: onnx.ModelProto, table: pa.Table) -> Floats:
    """The predictions of an ONNX model from raw features: a vector, or a matrix with a column per output."""
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = {entry.name: _input(table, entry) for entry in session.get_inputs()}
    vectors: list[Floats] = session.run(None, inputs)
    return vectors[0] if len(vectors) == 1 else np.stack(vectors, axis=1)


def verify(proto: onnx.ModelProto, model: NativeModel, strategy: Strategy, table: pa.Table) -> float:
    """The largest difference from the predictions of the native model on 10,000 rows, as a share of their scale.

    Raises TrainingError when it exceeds the tolerance.
    """
    rows = np.random.default_rng(0).choice(len(table), size=VERIFIED_ROWS, replace=len(table) < VERIFIED_ROWS)
    sample = table.take(pa.array(rows))
    native = model.predict(sample)
    difference = float(np.abs(native - score(proto, sample)).max()) / strategy.scale(native)
    if not difference <= TOLERANCE:
        raise TrainingError(
            f"the ONNX export differs from the native model by {difference:.2e} on {VERIFIED_ROWS} rows, "
            f"allowed is {TOLERANCE:.0e}; nothing was registered"
        )
    return difference


def _input(table: pa.Table, entry: Any) -> npt.NDArray[Any]:
    if entry.type == "tensor(string)":
        return np.asarray(filled(table[entry.name]).to_pylist(), dtype=object)
    return numbers(table, entry.name)


def _numbers(graph: Graph, transformation: Transformation) -> str:
    columns = transformation.numeric
    fill, mean, scale = (
        graph.constant(np.array([[getattr(column, name) for column in columns]], dtype=np.float32))
        for name in ("fill", "mean", "scale")
    )
    limits = [graph.constant(np.float32(limit)) for limit in (-LIMIT, LIMIT)]
    shape = graph.constant(np.array([len(columns), -1], dtype=np.int64))
    joined = graph.node("Concat", [column.name for column in columns], "/numbers_joined", axis=0)
    rows = graph.node("Reshape", [joined, shape], "/numbers_rows")
    raw = graph.node("Transpose", [rows], "/numbers_raw", perm=[1, 0])
    absent, infinite = graph.node("IsNaN", [raw], "/numbers_nan"), graph.node("IsInf", [raw], "/numbers_infinite")
    missing = graph.node("Or", [absent, infinite], "/numbers_missing")
    filled = graph.node("Where", [missing, fill, raw], "/numbers_filled")
    centred = graph.node("Sub", [filled, mean], "/numbers_centred")
    scaled = graph.node("Div", [centred, scale], "/numbers_scaled")
    return graph.node("Clip", [scaled, *limits], "/numbers")


def _category(graph: Graph, column: CategoricalColumn) -> str:
    encoded = graph.node(
        "LabelEncoder",
        [column.name],
        f"/codes/{column.output}",
        domain=ML_DOMAIN,
        keys_strings=list(column.values),
        values_floats=list(column.values.values()),
        default_float=column.unseen,
    )
    axis = graph.constant(np.array([1], dtype=np.int64))
    return graph.node("Unsqueeze", [encoded, axis], f"/encoded/{column.output}")
