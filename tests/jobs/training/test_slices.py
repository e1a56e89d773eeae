from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from jobs.contracts.goals import Goal, Goals, MistakeCosts
from jobs.contracts.metrics import METRICS, Problem
from jobs.training.data import Samples
from jobs.training.problems.binary import Binary
from jobs.training.problems.regression import Regression
from jobs.training.slices import slices, worst
from tests.sample_pipelines import sample_model, sample_pipeline

from .samples import samples_of

BINARY = Binary(costs=MistakeCosts(missed=4.0, false_alarm=1.0))
CHOICE = {"threshold": 0.5}
SPEC = replace(sample_model(), numeric=(), categorical=("town",))
PIPELINE = replace(sample_pipeline(), model=SPEC)
REGRESSION_PIPELINE = replace(
    sample_pipeline(problem=Problem.REGRESSION),
    model=replace(sample_model(Problem.REGRESSION), numeric=(), categorical=("town",), baselines={}),
    goals=Goals(goals=(Goal(metric="mae", maximum=10.0),)),
)


def samples(groups: Sequence[str | None], label: Sequence[float]) -> Samples:
    count = np.arange(len(groups))
    return samples_of(pa.table({"town": pa.array(groups)}), label, hour=count % 2, day=count)


def test_the_slice_that_is_ranked_worst_is_named() -> None:
    generator = np.random.default_rng(2)
    each = BINARY.minimum_slice_rows
    towns = np.array(["A", "B", "C", "D"]).repeat(each)
    label = generator.integers(0, 2, 4 * each)
    probability = np.where(towns == "C", generator.random(4 * each), 0.8 * label + 0.1).astype(np.float32)

    result = slices(samples(towns.tolist(), label.tolist()), probability, BINARY, CHOICE, PIPELINE)
    named = {part["dimension"]: part["value"] for part in worst(result, METRICS["roc_auc"], each)}

    assert named["town"] == "C"
    assert {part["value"] for part in result if part["dimension"] == "hour_utc"} == {"00", "01"}
    assert sum(part["rows"] for part in result if part["dimension"] == "town") == 4 * each


def test_the_worst_slice_of_an_error_has_the_largest_one() -> None:
    rows = samples(["A"] * 60 + ["B"] * 60, [10.0] * 60 + [20.0] * 60)
    result = slices(rows, np.full(120, 11.0, dtype=np.float32), Regression(), {}, REGRESSION_PIPELINE)
    assert worst(result, METRICS["mae"], Regression.minimum_slice_rows)[0] == {
        "dimension": "town",
        "kind": "value",
        "value": "B",
        "rows": 60,
        "interval": (9.0, 9.0),
        "mean_label": 20.0,
        "mean_predicted": 11.0,
        "mae": 9.0,
        "rmse": 9.0,
        "wape": 0.45,
        "r2": None,
        "bias": -9.0,
    }


def test_a_slice_of_few_rows_or_one_class_is_shown_and_never_worst() -> None:
    probability = np.array([0.9, 0.1, 0.5], dtype=np.float32)
    result = slices(samples(["A", "A", None], [0.0, 1.0, 1.0]), probability, BINARY, CHOICE, PIPELINE)
    absent = next(part for part in result if part["value"] == "(absent)")
    assert (absent["rows"], absent["roc_auc"], absent["recall"]) == (1, None, 1.0)
    assert worst(result, METRICS["roc_auc"], BINARY.minimum_slice_rows) == []


def test_numbers_with_few_values_are_dimensions_and_single_values_are_not() -> None:
    count = np.arange(60)
    table = pa.table(
        {
            "town": ["A"] * 60,
            "weekday": pa.array([None if each == 0 else each % 7 + 1.0 for each in count], pa.float32()),
            "heat": pa.array(count / 3, pa.float32()),
        }
    )
    rows = samples_of(table, count, hour=18, day=count)
    spec = replace(REGRESSION_PIPELINE.model, numeric=("weekday", "heat"))
    pipeline = replace(REGRESSION_PIPELINE, model=spec)
    result = slices(rows, np.zeros(60, dtype=np.float32), Regression(), {}, pipeline)
    assert {part["dimension"]: part["kind"] for part in result} == {"weekday": "value", "heat": "range"}
    assert {part["value"]: part["rows"] for part in result if part["kind"] == "value"} == {
        "(absent)": 1,
        "1": 8,
        **dict.fromkeys(("2", "3", "4"), 9),
        **dict.fromkeys(("5", "6", "7"), 8),
    }


def test_numbers_with_many_values_are_cut_at_their_quintiles() -> None:
    heat = (np.arange(1000) % 50).astype(np.float32)
    heat[950:] = np.nan
    rows = samples_of(pa.table({"heat": heat}), heat > 20, day=np.arange(1000) % 30)
    pipeline = replace(PIPELINE, model=replace(SPEC, numeric=("heat",), categorical=()))
    result = slices(rows, np.full(1000, 0.3, dtype=np.float32), BINARY, CHOICE, pipeline)
    assert [(part["value"], part["rows"]) for part in result if part["dimension"] == "heat"] == [
        ("below 10", 190),
        ("10 to 20", 190),
        ("20 to 30", 190),
        ("30 to 40", 190),
        ("40 and more", 190),
        ("(absent)", 50),
    ]


def test_the_rest_of_many_values_is_one_slice() -> None:
    towns = [f"town {number % 70:02}" for number in range(1000)]
    result = slices(samples(towns, [0.0, 1.0] * 500), np.full(1000, 0.3, dtype=np.float32), BINARY, CHOICE, PIPELINE)
    parts = [part for part in result if part["dimension"] == "town"]
    assert len(parts) == 51
    assert parts[-1]["value"] == "(other: 20 values)"
    assert sum(part["rows"] for part in parts) == 1000


def test_partitions_are_a_dimension() -> None:
    rows = samples(["A"] * 60, [0.0, 1.0] * 30)
    rows = replace(rows, partition=np.array(["2013-11", "2013-12"]).repeat(30))
    result = slices(rows, np.full(60, 0.3, dtype=np.float32), BINARY, CHOICE, PIPELINE)
    assert [part["value"] for part in result if part["dimension"] == "day"] == ["2013-11", "2013-12"]
