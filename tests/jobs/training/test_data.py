from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from jobs.contracts.model import ModelSpec
from jobs.training.container import Container
from jobs.training.data import Samples, joined, read_samples, require_both_classes
from jobs.training.errors import TrainingError

from .samples import make_table, write_channel


def read(root: Path, table: pa.Table, specification: ModelSpec, files: int = 1) -> Samples:
    write_channel(root, "train", table, files=files)
    return read_samples(Container(root).channel("train"), "train", specification)


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
    with pytest.raises(TrainingError, match="has no row with a label is_late"):
        read(tmp_path, replaced(table, specification.label, pa.array([None] * 10, pa.int32())), specification)


def test_a_missing_column_is_named(tmp_path: Path, specification: ModelSpec) -> None:
    table = make_table(specification, 10).drop_columns([specification.numeric[3]])
    with pytest.raises(TrainingError, match=rf"00000.parquet lacks columns \['{specification.numeric[3]}'\]"):
        read(tmp_path, table, specification)


def test_columns_of_the_wrong_type_are_named(tmp_path: Path, specification: ModelSpec) -> None:
    number, category = specification.numeric[0], specification.categorical[0]
    table = make_table(specification, 10)
    table = replaced(table, number, pa.array(["fast"] * 10))
    table = replaced(table, category, pa.array([1.5] * 10))
    with pytest.raises(TrainingError, match=f"{number} is string, allowed is a number; {category} is double"):
        read(tmp_path, table, specification)


def test_a_label_other_than_0_and_1_is_refused(tmp_path: Path, specification: ModelSpec) -> None:
    table = replaced(make_table(specification, 3), specification.label, pa.array([0, 1, 7], pa.int32()))
    with pytest.raises(TrainingError, match=r"label is_late holds \[7.0\], allowed are 0 and 1"):
        read(tmp_path, table, specification)


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path, specification: ModelSpec) -> None:
    path = tmp_path / "half-written.parquet"
    path.write_bytes(b"PAR1 and no end")
    with pytest.raises(TrainingError, match=r"half-written\.parquet is not a readable Parquet file"):
        read_samples([path], "train", specification)


def test_a_single_class_is_refused(tmp_path: Path, specification: ModelSpec) -> None:
    table = make_table(specification, 100)
    late = table.filter(pc.equal(table[specification.label], 1))
    samples = read(tmp_path, late, specification)
    with pytest.raises(TrainingError, match=r"channel 'test' holds \d+ rows of the single class 1"):
        require_both_classes(samples, "test")


def test_joined_samples_keep_every_row(tmp_path: Path, specification: ModelSpec) -> None:
    first = read(tmp_path / "a", make_table(specification, 20), specification)
    second = read(tmp_path / "b", make_table(specification, 30, month="2013-02", seed=1), specification)
    both = joined(first, second)
    assert (len(both), both.table.num_rows, len(both.hour)) == (50, 50, 50)
