import numpy as np
import onnx
import pyarrow as pa
import pytest
import xgboost as xgb
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.contracts.model import ModelSpec
from jobs.training import data, model, onnx_export, transformation
from jobs.training.errors import TrainingError
from jobs.training.model import Hyperparameters

from .samples import make_table

Parts = tuple[onnx.ModelProto, xgb.Booster, transformation.Transformation]
NUMBERS = st.one_of(st.none(), st.floats(width=32), st.floats(-5, 5, width=32))


@pytest.fixture(scope="module")
def parts(specification: ModelSpec) -> Parts:
    raw = make_table(specification, 3000)
    label = raw[specification.label].to_numpy().astype(np.float32)
    table = data.features_of(raw, specification)
    prepared = transformation.fit(table, label, specification.numeric, specification.categorical)
    booster = model.refit(Hyperparameters(), 30, (prepared.apply(table), label))
    return onnx_export.to_onnx(booster, prepared), booster, prepared


def test_the_export_equals_the_native_model(parts: Parts, specification: ModelSpec) -> None:
    table = data.features_of(make_table(specification, 2000, seed=9), specification)
    assert onnx_export.verify(*parts, table) <= onnx_export.TOLERANCE


@given(drawn=st.data())
@settings(deadline=None, max_examples=25)
def test_absent_unseen_and_extreme_values_are_scored_alike(
    drawn: st.DataObject, parts: Parts, specification: ModelSpec
) -> None:
    proto, booster, prepared = parts
    numbers = {
        name: pa.array(drawn.draw(st.lists(NUMBERS, min_size=3, max_size=3)), pa.float32())
        for name in specification.numeric[:6]
    }
    rest = {name: pa.array([None, 0.5, np.inf], pa.float32()) for name in specification.numeric[6:]}
    texts = {name: pa.array([None, "unseen", f"{name}1"]) for name in specification.categorical}
    table = pa.table({**numbers, **rest, **texts})
    native = model.predict(booster, prepared.apply(table))
    assert np.abs(native - onnx_export.score(proto, table)).max() <= onnx_export.TOLERANCE


def test_an_export_of_another_model_is_refused(parts: Parts, specification: ModelSpec) -> None:
    proto, _, prepared = parts
    raw = make_table(specification, 1500, seed=3)
    table = data.features_of(raw, specification)
    label = 1 - raw[specification.label].to_numpy().astype(np.float32)
    other = model.refit(Hyperparameters(), 5, (prepared.apply(table), label))
    with pytest.raises(TrainingError, match=r"differs from the native model by .* allowed is 1e-05"):
        onnx_export.verify(proto, other, prepared, table)
