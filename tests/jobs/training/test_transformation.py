from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.contracts.metrics import Problem
from jobs.training import transformation
from jobs.training.problems.multiclass import Multiclass
from jobs.training.transformation import LIMIT, Transformation
from tests.sample_pipelines import sample_model

NUMBERS = st.one_of(st.none(), st.floats(width=32), st.floats(min_value=-1e3, max_value=1e3, width=32))
CATEGORIES = st.one_of(st.none(), st.sampled_from(["", "AA", "UA", "ü"]))
Rows = Sequence[tuple[float | None, str | None, int]]
ROWS = st.lists(st.tuples(NUMBERS, CATEGORIES, st.integers(0, 1)), min_size=1, max_size=30)


def table_of(rows: Rows) -> pa.Table:
    return pa.table(
        {"speed": pa.array([row[0] for row in rows], pa.float32()), "carrier": pa.array([r[1] for r in rows])}
    ).cast(pa.schema([("speed", pa.float32()), ("carrier", pa.string())]))


def fitted(rows: Rows) -> Transformation:
    label = np.array([row[2] for row in rows], dtype=np.float32)
    spec = replace(sample_model(), numeric=("speed",), categorical=("carrier",))
    return transformation.fit(table_of(rows), {"": label}, np.arange(len(rows)), spec)[0]


@given(train=ROWS, later=ROWS)
@settings(deadline=None)
def test_every_row_becomes_finite_numbers(train: Rows, later: Rows) -> None:
    prepared = fitted(train)
    for rows in (train, later):
        matrix = prepared.apply(table_of(rows))
        assert matrix.dtype == np.float32
        assert matrix.shape == (len(rows), len(prepared.numeric) + len(prepared.categorical))
        assert np.isfinite(matrix).all()
        assert (np.abs(matrix) <= LIMIT).all()


def test_a_row_is_transformed_alike_whatever_rows_are_beside_it() -> None:
    prepared = fitted([(1.0, "AA", 0), (3.0, "UA", 1), (None, None, 1)])
    alone, beside = (
        prepared.apply(table_of([(2.0, "UA", 0)])),
        prepared.apply(table_of([(2.0, "UA", 0), (1e6, "XX", 1)])),
    )
    assert (alone[0] == beside[0]).all()


def test_numbers_are_standardised_by_the_training_rows() -> None:
    prepared = fitted([(value, "AA", 0) for value in (1.0, 2.0, 3.0)])
    column = prepared.apply(table_of([(2.0, "AA", 0), (4.0, "AA", 0)]))[:, 0]
    assert np.allclose(column, np.array([0.0, 2.0]) / np.std([1.0, 2.0, 3.0]))


def test_absent_numbers_lie_below_all_others_where_training_had_some() -> None:
    prepared = fitted([(5.0, "AA", 0), (7.0, "AA", 0), (None, "AA", 1)])
    absent, least = prepared.apply(table_of([(None, "AA", 0), (5.0, "AA", 0)]))[:, 0]
    assert absent < least
    assert np.array_equal(prepared.absent, [absent, np.nan], equal_nan=True)


def test_absent_numbers_become_the_median_where_training_had_none() -> None:
    prepared = fitted([(value, "AA", 0) for value in (1.0, 2.0, 9.0)])
    absent, infinite, median = prepared.apply(table_of([(None, "AA", 0), (np.inf, "AA", 0), (2.0, "AA", 0)]))[:, 0]
    assert absent == infinite == median
    assert np.isnan(prepared.absent).all()


def test_categories_become_their_mean_label_and_unseen_ones_the_mean_of_all() -> None:
    rows = [(0.0, "AA", 1)] * 300 + [(0.0, "UA", 0)] * 100 + [(0.0, None, 0)] * 100
    often, seldom, absent, unseen = fitted(rows).apply(
        table_of([(0.0, "AA", 0), (0.0, "UA", 0), (0.0, None, 0), (0.0, "ZZ", 0)])
    )[:, 1]
    assert often > 0.9
    assert seldom == absent < 0.2
    assert np.isclose(unseen, 0.6)


def test_categories_of_a_multiclass_problem_become_the_share_of_each_class() -> None:
    spec = replace(sample_model(Problem.MULTICLASS), numeric=("speed",), categorical=("carrier",))
    table = table_of([(0.0, "AA", 0)] * 400 + [(0.0, "UA", 0)] * 400)
    label = np.array([0.0] * 400 + [1.0] * 200 + [2.0] * 200, dtype=np.float32)
    prepared, _ = transformation.fit(table, Multiclass(classes=spec.classes).targets(label), np.arange(800), spec)
    assert [each.output for each in prepared.categorical] == ["carrier=low", "carrier=middle", "carrier=high"]
    assert prepared.features == {"speed": [0], "carrier": [1, 2, 3]}
    encoded = prepared.apply(table)[:, 1:]
    assert np.allclose(encoded.sum(axis=1), 1.0, atol=1e-6)
    assert np.allclose(encoded[-1], [0.02, 0.49, 0.49], atol=0.01)
