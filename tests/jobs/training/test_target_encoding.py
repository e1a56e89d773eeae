from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.training import target_encoding, transformation
from jobs.training.algorithms import trainer_of
from jobs.training.problems import strategy_of
from jobs.training.target_encoding import Categories
from tests.sample_pipelines import sample_model, sample_pipeline

ROWS = st.lists(
    st.tuples(st.sampled_from([None, "", "AA", "UA", "ü"]), st.integers(0, 6), st.integers(0, 1)),
    min_size=1,
    max_size=60,
)


def column(names: list[str | None]) -> Categories:
    return Categories.of(pa.chunked_array([pa.array(names, pa.string())]))


@given(rows=ROWS)
@settings(deadline=None)
def test_a_row_is_encoded_by_the_rows_of_its_category_on_earlier_days(rows: list[tuple[str | None, int, int]]) -> None:
    names = [row[0] for row in rows]
    days, target = np.array([row[1] for row in rows]), np.array([row[2] for row in rows], dtype=np.float32)
    encoded = column(names).means_of_earlier_days(target, days)
    for index, (name, day, _) in enumerate(rows):
        earlier = [value for other, on, value in rows if (other or "") == (name or "") and on < day]
        expected = (sum(earlier) + 20 * target.mean()) / (len(earlier) + 20)
        assert encoded[index] == pytest.approx(expected, abs=1e-6)


@given(rows=ROWS, drawn=st.data())
@settings(deadline=None)
def test_permuted_labels_of_later_days_change_no_earlier_row(
    rows: list[tuple[str | None, int, int]], drawn: st.DataObject
) -> None:
    days, target = np.array([row[1] for row in rows]), np.array([row[2] for row in rows], dtype=np.float32)
    later = np.flatnonzero(days > 3)
    permuted = target.copy()
    permuted[later] = target[np.array(drawn.draw(st.permutations(later.tolist())), dtype=np.int64)]
    categories = column([row[0] for row in rows])
    before, after = (categories.means_of_earlier_days(each, days) for each in (target, permuted))
    assert (before[days <= 4] == after[days <= 4]).all()


def test_absent_and_empty_texts_are_one_category_and_unseen_ones_have_the_mean_of_all() -> None:
    spec = replace(sample_model(), numeric=(), categorical=("carrier",))
    table = pa.table({"carrier": pa.array(["AA"] * 60 + [None] * 20 + [""] * 20)})
    label = np.array([1] * 60 + [0] * 40, dtype=np.float32)
    prepared, _ = transformation.fit(table, {"": label}, np.arange(100), spec)
    absent, empty, unseen, spaces = prepared.apply(pa.table({"carrier": pa.array([None, "", "ZZ", " "])}))[:, 0]
    assert absent == empty == pytest.approx((0 + 20 * 0.6) / (40 + 20))
    assert unseen == spaces == pytest.approx(0.6)


def test_only_the_most_frequent_categories_have_a_mean_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_encoding, "MOST_CATEGORIES", 2)
    spec = replace(sample_model(), numeric=(), categorical=("carrier",))
    names = ["often", "seldom", "often", "second", "often", "second"] * 10
    label = np.array([1, 0, 1, 0, 1, 0] * 10, dtype=np.float32)
    table = pa.table({"carrier": pa.array(names)})
    prepared, matrix = transformation.fit(table, {"": label}, np.arange(60), spec)
    assert set(prepared.categorical[0].values) == {"often", "second"}
    rare = np.array([name == "seldom" for name in names])
    assert set(matrix[rare, 0]) == set(prepared.apply(table)[rare, 0]) == {np.float32(0.5)}


@pytest.mark.parametrize("problem", list(Problem))
def test_a_random_category_of_many_values_costs_almost_nothing(problem: Problem) -> None:
    generator = np.random.default_rng(5)
    spec = replace(sample_model(problem), numeric=("heat", "wind"), categorical=("town", "device"), baselines={})
    train, test = (_weather(spec, generator, rows) for rows in (12_000, 6_000))
    without, beside = (_objective(each, train, test) for each in (replace(spec, categorical=("town",)), spec))
    assert spec.objective_metric.gain(without, beside) < 0.005 * (without if problem is Problem.REGRESSION else 1)


def _weather(spec: ModelSpec, generator: np.random.Generator, rows: int) -> tuple[pa.Table, npt.NDArray[np.float32]]:
    """Labels that depend on numbers and a town; devices are random, with three rows each in training."""
    heat, wind = generator.normal(size=(2, rows)).astype(np.float32)
    town = generator.integers(0, 20, rows)
    signal = heat + 0.5 * wind * heat + (town % 5 - 2) / 2 + generator.normal(size=rows)
    label = {
        Problem.BINARY: signal > 1,
        Problem.MULTICLASS: np.digitize(signal, [-1.0, 1.0]),
        Problem.REGRESSION: 10 * signal,
    }[spec.problem].astype(np.float32)
    devices = generator.integers(0, 4_000, rows)
    texts = {"town": pa.array([f"t{each}" for each in town]), "device": pa.array([f"d{each}" for each in devices])}
    return pa.table({"heat": heat, "wind": wind, **texts}), label


def _objective(
    spec: ModelSpec, train: tuple[pa.Table, npt.NDArray[np.float32]], test: tuple[pa.Table, npt.NDArray[np.float32]]
) -> float:
    strategy, trainer = strategy_of(sample_pipeline(problem=spec.problem)), trainer_of(spec)
    (table, label), (unseen, truth) = train, test
    prepared, matrix = transformation.fit(table, strategy.targets(label), np.arange(len(label)) // 100, spec)
    fixed = {"max_depth": 5, "learning_rate": 0.1, "seed": 7}
    native = trainer.refit(spec, fixed, {"rounds": 60}, (matrix, label))
    return strategy.measures()[spec.objective](truth, trainer.predict(native, prepared.apply(unseen)))
