import shutil
from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
import pytest

from jobs.serving.errors import RequestError
from jobs.serving.model import Model, ModelError
from jobs.training import onnx_export

from .conftest import METADATA, rows


@pytest.fixture(scope="module")
def model(base: Path) -> Model:
    return Model.load(base / "model")


def replaced(name: str, column: pa.Array) -> pa.Table:
    table = rows(3)
    return table.set_column(table.column_names.index(name), name, column)


def test_the_server_scores_as_training_did(model: Model, base: Path) -> None:
    table = rows(200, seed=1)
    answer = model.predict(table)
    expected = onnx_export.score(onnx.load(base / "model" / "model.onnx"), table)
    assert answer["probability"] == pytest.approx(expected.tolist())
    assert answer["flight_id"] == table["flight_id"].to_pylist()
    assert answer["predicted_late"] == [bool(value >= np.float32(0.4)) for value in expected]
    assert {name: set(answer[name]) for name in METADATA} == {name: {value} for name, value in METADATA.items()}


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("wind", pa.array([1, 2, None])),
        ("wind", pa.array(["1.5", "-2", None])),
        ("wind", pa.array([True, False, None])),
        ("wind", pa.nulls(3)),
        ("carrier", pa.array([None, "unseen", "AA"])),
        ("carrier", pa.nulls(3)),
        ("flight_id", pa.array([1, 2, 3])),
    ],
)
def test_absent_and_convertible_values_are_scored(model: Model, name: str, column: pa.Array) -> None:
    answer = model.predict(replaced(name, column))
    assert len(answer["probability"]) == 3
    assert all(0 <= value <= 1 for value in answer["probability"])


@pytest.mark.parametrize(
    ("name", "column", "message"),
    [
        ("wind", pa.array(["strong", "1", "2"]), "column wind is string, allowed is a number"),
        ("wind", pa.array([[1.0], [2.0], [3.0]]), "column wind is list<.*>, allowed is a number"),
        ("wind", pa.array([0, 1, 2], pa.timestamp("s")), r"column wind is timestamp\[s\], allowed is a number"),
        ("carrier", pa.array([1, 2, 3]), "column carrier is int64, allowed is a string"),
    ],
)
def test_a_column_of_the_wrong_type_is_named(model: Model, name: str, column: pa.Array, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        model.predict(replaced(name, column))


def test_missing_columns_are_named(model: Model) -> None:
    with pytest.raises(RequestError, match=r"columns \['flight_id', 'carrier'\] are missing; the model reads"):
        model.predict(pa.table({"wind": [1.0]}))


def test_no_rows_give_no_predictions(model: Model) -> None:
    assert model.predict(rows(3).slice(0, 0))["probability"] == []


def test_a_folder_without_a_model_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks \['model.onnx', 'signature.json', 'metadata.json'\]"):
        Model.load(tmp_path)
    shutil.copytree(base / "model", tmp_path / "model")
    (tmp_path / "model" / "model.onnx").write_bytes(b"broken")
    with pytest.raises(ModelError, match=r"holds no loadable model: .*; train it again"):
        Model.load(tmp_path / "model")
