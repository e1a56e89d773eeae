from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from jobs.contracts.columns import PREDICTION_TIME
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training.container import Container
from jobs.training.data import Samples, joined, read_samples
from jobs.training.errors import TrainingError
from jobs.training.problems import strategy_of
from jobs.training.problems.strategy import Strategy
from tests.sample_pipelines import sample_pipeline

from .samples import DAYS, make_table, write_channel


def read(root: Path, table: pa.Table, specification: ModelSpec, files: int = 1) -> Samples:
    write_channel(root, "train", table, files=files)
    pipeline = sample_pipeline(problem=specification.problem)
    return read_samples(Container(root).channel("train"), "train", pipeline, strategy_of(pipeline))


def replaced(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def test_samples_do_not_depend_on_the_files_they_lie_in(tmp_path: Path, specification: ModelSpec) -> None:
    table = make_table(specification, 50)
    shuffled = table.take(np.random.default_rng(1).permutation(len(table)))
    one, many = read(tmp_path / "one", table, specification), read(tmp_path / "many", shuffled, specification, files=7)
    assert one.table.equals(many.table.combine_chunks())
    assert (one.label == many.label).all()
    assert (one.hour == many.hour).all()
    assert set(one.hour) <= set(range(24))


def test_rows_without_a_label_are_left_out(tmp_path: Path, specification: ModelSpec) -> None:
    table = make_table(specification, 10)
    labels = table[specification.label].to_pylist()
    partly = replaced(table, specification.label, pa.array([None, *labels[1:]], pa.int32()))
    assert len(read(tmp_path, partly, specification)) == 9
    with pytest.raises(TrainingError, match="has no row with a label target"):
        read(tmp_path, replaced(table, specification.label, pa.array([None] * 10, pa.int32())), specification)


def test_a_missing_column_is_named(tmp_path: Path, specification: ModelSpec) -> None:
    table = make_table(specification, 10).drop_columns([specification.numeric[0]])
    with pytest.raises(TrainingError, match=rf"00000.parquet lacks columns \['{specification.numeric[0]}'\]"):
        read(tmp_path, table, specification)


def test_columns_of_the_wrong_type_are_named(tmp_path: Path, specification: ModelSpec) -> None:
    number, category = specification.numeric[0], specification.categorical[0]
    table = make_table(specification, 10)
    table = replaced(table, number, pa.array(["fast"] * 10))
    table = replaced(table, category, pa.array([1.5] * 10))
    with pytest.raises(TrainingError, match=f"{number} is string, allowed is a number; {category} is double"):
        read(tmp_path, table, specification)


@pytest.mark.parametrize(
    ("problem", "values", "message"),
    [
        (Problem.BINARY, [0, 1, 7], r"holds \[7.0\], allowed are 0 and 1"),
        (Problem.BINARY, [1, 1, 1], "is 1 in all 3 rows; both classes are required"),
        (Problem.BINARY, ["0", "1", "1"], "is string, allowed is a number"),
        (Problem.MULTICLASS, ["low", "high", "huge"], r"holds \['huge'\], allowed are the classes \['low', 'middle'"),
        (Problem.MULTICLASS, ["low", "low", "low"], "is 'low' in all 3 rows; at least two classes"),
        (Problem.MULTICLASS, [0, 1, 2], "is int64, allowed is a string"),
        (Problem.REGRESSION, [1.5, float("nan"), float("inf")], "is NaN or infinite in 2 of 3 rows; use null"),
        (Problem.REGRESSION, [2.5, 2.5, 2.5], "is 2.5 in all 3 rows; at least two values"),
        (Problem.REGRESSION, ["many", "few", "few"], "is string, allowed is a number"),
    ],
)
def test_labels_that_do_not_suit_the_problem_are_refused(
    tmp_path: Path, specification: ModelSpec, values: list[object], message: str
) -> None:
    table = replaced(make_table(specification, 3), specification.label, pa.array(values))
    with pytest.raises(TrainingError, match=f"channel 'train': label target {message}"):
        read(tmp_path, table, specification)


def test_labels_of_classes_are_their_positions(tmp_path: Path) -> None:
    specification = sample_pipeline(problem=Problem.MULTICLASS).model
    table = replaced(make_table(specification, 4), specification.label, pa.array(["high", "low", "middle", "low"]))
    assert read(tmp_path, table, specification).label.tolist() == [2.0, 0.0, 1.0, 0.0]


@pytest.mark.parametrize("unit", ["s", "ns"])
def test_days_and_hours_are_those_of_the_prediction_time_in_utc(
    tmp_path: Path, specification: ModelSpec, unit: str
) -> None:
    table = make_table(specification, 500)
    local = table[PREDICTION_TIME].cast(pa.timestamp("us", "Pacific/Auckland")).cast(pa.timestamp(unit, "Europe/Rome"))
    samples = read(tmp_path, replaced(table, PREDICTION_TIME, local), specification)
    assert sorted(samples.hour) == sorted(time.hour for time in table[PREDICTION_TIME].to_pylist())
    first = (date(2013, 1, 1) - date(1970, 1, 1)).days
    assert set(samples.day) == set(range(first, first + DAYS))
    assert set(samples.partition) == {f"2013-01-{day:02}" for day in range(1, DAYS + 1)}


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path, pipeline: Pipeline, strategy: Strategy) -> None:
    path = tmp_path / "half-written.parquet"
    path.write_bytes(b"PAR1 and no end")
    with pytest.raises(TrainingError, match=r"half-written\.parquet is not a readable Parquet file"):
        read_samples([path], "train", pipeline, strategy)


def test_joined_samples_keep_every_row(tmp_path: Path, specification: ModelSpec) -> None:
    first = read(tmp_path / "a", make_table(specification, 20), specification)
    second = read(tmp_path / "b", make_table(specification, 30, month="2013-02", seed=1), specification)
    both = joined(first, second)
    assert (len(both), both.table.num_rows, len(both.instant), len(both.partition)) == (50, 50, 50, 50)
    later = both.take(both.instant >= np.datetime64("2013-02-01"))
    assert later.table.equals(second.table.combine_chunks())
    assert (later.label == second.label).all()
