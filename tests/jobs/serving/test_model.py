import shutil
from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
import pytest

from jobs.contracts.columns import SCORED_AT
from jobs.contracts.metrics import Problem
from jobs.contracts.tables import ColumnType
from jobs.serving.errors import RequestError
from jobs.serving.model import Model, ModelError
from jobs.training import onnx_export
from tests.sample_pipelines import PARTITIONS, sample_pipeline

from .models import METADATA, THRESHOLD, rows, write_model


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
    assert answer["reading_id"] == table["reading_id"].to_pylist()
    assert answer["predicted"] == [bool(value >= np.float32(THRESHOLD)) for value in expected]
    facts = {**METADATA, "threshold": THRESHOLD}
    assert {name: set(answer[name]) for name in facts} == {name: {value} for name, value in facts.items()}


def test_the_most_probable_class_is_predicted_with_its_probability(tmp_path: Path) -> None:
    answer = Model.load(write_model(tmp_path, Problem.MULTICLASS) / "model").predict(rows(200, seed=1))
    scores = onnx_export.score(onnx.load(tmp_path / "model" / "model.onnx"), rows(200, seed=1))
    classes = sample_pipeline(problem=Problem.MULTICLASS).model.classes
    assert answer["predicted"] == [classes[index] for index in scores.argmax(axis=1)]
    assert answer["probability"] == pytest.approx(scores.max(axis=1).tolist())
    assert set(answer["predicted"]) == set(classes)


def test_a_regression_predicts_numbers(tmp_path: Path) -> None:
    answer = Model.load(write_model(tmp_path, Problem.REGRESSION) / "model").predict(rows(200, seed=1))
    assert 70 < min(answer["predicted"]) < max(answer["predicted"]) < 150


@pytest.mark.parametrize("problem", list(Problem))
@pytest.mark.parametrize("count", [0, 3])
def test_answers_have_the_columns_of_the_predictions_table(tmp_path: Path, problem: Problem, count: int) -> None:
    answer = Model.load(write_model(tmp_path, problem) / "model").predict(rows(count))
    table = sample_pipeline(problem=problem).predictions
    published = [column for column in table.columns if column.name not in (PARTITIONS.column, SCORED_AT)]
    assert list(answer) == [column.name for column in published]
    types = {ColumnType.STRING: str, ColumnType.DOUBLE: float, ColumnType.BOOLEAN: bool}
    for column in published:
        assert [type(value) for value in answer[column.name]] == [types[column.type]] * count


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("use_yesterday", pa.array([1, 2, None])),
        ("use_yesterday", pa.array(["1.5", "-2", None])),
        ("use_yesterday", pa.array([True, False, None])),
        ("use_yesterday", pa.nulls(3)),
        ("tariff", pa.array([None, "unseen", "AA"])),
        ("tariff", pa.nulls(3)),
        ("reading_id", pa.array([1, 2, 3])),
    ],
)
def test_absent_and_convertible_values_are_scored(model: Model, name: str, column: pa.Array) -> None:
    answer = model.predict(replaced(name, column))
    assert len(answer["probability"]) == 3
    assert all(0 <= value <= 1 for value in answer["probability"])


@pytest.mark.parametrize(
    ("name", "column", "message"),
    [
        ("use_yesterday", pa.array(["strong", "1", "2"]), "column use_yesterday is string, allowed is a number"),
        ("use_yesterday", pa.array([[1.0], [2.0], [3.0]]), "column use_yesterday is list<.*>, allowed is a number"),
        (
            "use_yesterday",
            pa.array([0, 1, 2], pa.timestamp("s")),
            r"column use_yesterday is timestamp\[s\], allowed is a number",
        ),
        ("tariff", pa.array([1, 2, 3]), "column tariff is int64, allowed is a string"),
    ],
)
def test_a_column_of_the_wrong_type_is_named(model: Model, name: str, column: pa.Array, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        model.predict(replaced(name, column))


def test_missing_columns_are_named(model: Model) -> None:
    with pytest.raises(RequestError, match=r"columns \['reading_id', 'tariff'\] are missing; the model reads"):
        model.predict(pa.table({"use_yesterday": [1.0]}))


def test_no_rows_give_no_predictions(model: Model) -> None:
    assert model.predict(rows(3).slice(0, 0))["probability"] == []


def test_a_folder_without_a_model_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks \['model.onnx', 'signature.json', 'metadata.json'\]"):
        Model.load(tmp_path)
    shutil.copytree(base / "model", tmp_path / "model")
    (tmp_path / "model" / "model.onnx").write_bytes(b"broken")
    with pytest.raises(ModelError, match=r"holds no loadable model: .*; train it again"):
        Model.load(tmp_path / "model")
