from dataclasses import replace
from functools import cache

import numpy as np
import onnx
import onnxruntime
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.training import data, onnx_export, transformation
from jobs.training.algorithms import trainer_of
from jobs.training.errors import TrainingError
from jobs.training.native import NativeModel
from jobs.training.onnx_export import TOLERANCE, question, score, to_onnx, verify
from jobs.training.problems import strategy_of
from jobs.training.problems.strategy import Strategy
from tests.sample_pipelines import sample_pipeline

from .samples import make_samples, make_table

NUMBERS = st.one_of(st.none(), st.floats(width=32), st.floats(50, 150, width=32))
OBJECTIVES = {
    Problem.BINARY: ("roc_auc",),
    Problem.MULTICLASS: ("log_loss",),
    Problem.REGRESSION: ("mae", "rmse"),
}
EVERY_OBJECTIVE = pytest.mark.parametrize(
    ("problem", "objective"), [(problem, name) for problem, names in OBJECTIVES.items() for name in names]
)


def wide(problem: Problem, objective: str) -> tuple[ModelSpec, Strategy]:
    """The sample model with several features of both types."""
    pipeline = sample_pipeline(problem=problem)
    numeric, categorical = ("use_yesterday", "load", "wind", "sun", "rain"), ("tariff", "town")
    return replace(pipeline.model, numeric=numeric, categorical=categorical, objective=objective), strategy_of(pipeline)


@cache
def fitted(problem: Problem, objective: str, rounds: int = 30, **parameters: float) -> NativeModel:
    spec, strategy = wide(problem, objective)
    samples = make_samples(spec, strategy, 3000)
    prepared, matrix = transformation.fit(samples.table, strategy.targets(samples.label), samples.day, spec)
    native = trainer_of(spec).refit(spec, parameters, {"rounds": rounds}, (matrix, samples.label))
    return NativeModel(spec=spec, transformation=prepared, native=native)


@EVERY_OBJECTIVE
def test_the_export_equals_the_native_model(problem: Problem, objective: str) -> None:
    spec, strategy = wide(problem, objective)
    model = fitted(problem, objective)
    proto = to_onnx(model)
    table = data.features_of(make_table(spec, 2000, seed=9), spec)
    assert verify(proto, model, strategy, table) <= TOLERANCE
    assert tuple(entry.name for entry in proto.graph.output) == spec.outputs
    assert question(proto) == {"problem": problem.value, "label": "target"}


@EVERY_OBJECTIVE
@given(drawn=st.data())
@settings(deadline=None, max_examples=25)
def test_absent_unseen_and_extreme_values_are_scored_alike(
    drawn: st.DataObject, problem: Problem, objective: str
) -> None:
    spec, strategy = wide(problem, objective)
    model = fitted(problem, objective)
    numbers = {
        name: pa.array(drawn.draw(st.lists(NUMBERS, min_size=3, max_size=3)), pa.float32()) for name in spec.numeric
    }
    texts = {name: pa.array([None, "unseen", f"{name}1"]) for name in spec.categorical}
    table = pa.table({**numbers, **texts})
    native = model.predict(table)
    difference = np.abs(native - score(to_onnx(model), table)).max() / strategy.scale(native)
    assert difference <= TOLERANCE


@pytest.mark.parametrize("problem", list(Problem))
@pytest.mark.parametrize("parameters", [{"min_child_weight": 1e6}, {"max_depth": 1, "colsample_bytree": 0.15}])
def test_trees_without_a_split_are_exported(problem: Problem, parameters: dict[str, float]) -> None:
    objective = OBJECTIVES[problem][0]
    spec, strategy = wide(problem, objective)
    model = fitted(problem, objective, 3, **parameters)
    table = data.features_of(make_table(spec, 500, seed=2), spec)
    assert verify(to_onnx(model), model, strategy, table) <= TOLERANCE


@pytest.mark.parametrize(("offset", "factor"), [(1e9, 1e3), (-3e-6, 1e-6), (0.0, 1e6)])
def test_labels_of_any_scale_are_exported(offset: float, factor: float) -> None:
    spec, strategy = wide(Problem.REGRESSION, "rmse")
    samples = make_samples(spec, strategy, 2000)
    label = (offset + factor * (samples.label - 100)).astype(np.float32)
    prepared, matrix = transformation.fit(samples.table, strategy.targets(label), samples.day, spec)
    native = trainer_of(spec).refit(spec, {}, {"rounds": 20}, (matrix, label))
    model = NativeModel(spec=spec, transformation=prepared, native=native)
    assert verify(to_onnx(model), model, strategy, samples.table) <= TOLERANCE


def test_an_export_of_another_model_is_refused() -> None:
    spec, strategy = wide(Problem.BINARY, "roc_auc")
    proto = to_onnx(fitted(Problem.BINARY, "roc_auc"))
    table = data.features_of(make_table(spec, 1500, seed=3), spec)
    with pytest.raises(TrainingError, match=r"differs from the native model by .* allowed is 1e-05"):
        verify(proto, fitted(Problem.BINARY, "roc_auc", 5), strategy, table)


def test_the_graph_uses_operators_that_onnxruntime_knows() -> None:
    proto = to_onnx(fitted(Problem.MULTICLASS, "log_loss"))
    onnx.checker.check_model(proto, full_check=True)
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    assert [entry.shape for entry in session.get_outputs()] == [[None]] * 3
    assert onnx_export.TOLERANCE == 1e-5
