from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from jobs.contracts.goals import Goal, Goals
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training import transformation
from jobs.training.algorithms import trainer_of
from jobs.training.data import Samples
from jobs.training.importance import importance
from jobs.training.native import NativeModel
from jobs.training.problems import strategy_of
from jobs.training.suspicions import Suspicion, Suspicions
from tests.sample_pipelines import sample_pipeline

from .samples import make_samples

LEAK = "leak"
Doubles = npt.NDArray[np.float64]


def find(samples: dict[str, Samples], pipeline: Pipeline) -> tuple[Suspicion, ...]:
    """The suspicions about a model of the training rows."""
    spec, strategy = pipeline.model, strategy_of(pipeline)
    train, test = samples["train"], samples["test"]
    prepared, matrix = transformation.fit(train.table, strategy.targets(train.label), train.day, spec)
    native = trainer_of(spec).refit(spec, {}, {"rounds": 60}, (matrix, train.label))
    model = NativeModel(spec=spec, transformation=prepared, native=native)
    ranked = importance(model, test, strategy, spec.objective_metric)
    return Suspicions(samples, model.predict(test.table), pipeline, strategy).find(ranked)


def honest(problem: Problem, **columns: tuple[str, ...]) -> Pipeline:
    """A pipeline of six numbers and two categories, of which five carry the signal."""
    pipeline = sample_pipeline(problem=problem)
    spec = replace(
        pipeline.model,
        numeric=(*(f"number_{index}" for index in range(6)), *columns.get("numeric", ())),
        categorical=("tariff", "town", *columns.get("categorical", ())),
        baselines={},
    )
    goal = Goal(metric=spec.objective, baseline="prior", improvement=0.1)
    return replace(pipeline, model=spec, goals=Goals(goals=(goal,), costs=pipeline.goals.costs))


def rows_of(spec: ModelSpec, pipeline: Pipeline) -> dict[str, Samples]:
    without = replace(
        spec,
        numeric=tuple(name for name in spec.numeric if name != LEAK),
        categorical=tuple(name for name in spec.categorical if name != LEAK),
    )
    result = {}
    for seed, (name, rows) in enumerate((("train", 4000), ("test", 3000))):
        made = make_samples(without, strategy_of(pipeline), rows, seed=seed)
        if spec.problem is Problem.REGRESSION:
            # The signal of the samples explains nearly everything, which no feature can improve on.
            made = replace(made, label=made.label + 20 * np.random.default_rng(seed).normal(size=rows).astype("f4"))
        result[name] = made
    return result


def leaking(problem: Problem, leak: Callable[[Doubles, np.random.Generator], pa.Array]) -> tuple[Suspicion, ...]:
    """The suspicions about honest rows with one more column, which is made of the label."""
    generator = np.random.default_rng(3)
    kind = "categorical" if pa.types.is_string(leak(np.zeros(1), generator).type) else "numeric"
    pipeline = honest(problem, **{kind: (LEAK,)})
    samples = {
        name: replace(each, table=each.table.append_column(LEAK, leak(each.label.astype(np.float64), generator)))
        for name, each in rows_of(pipeline.model, pipeline).items()
    }
    return find(samples, pipeline)


def plus_noise(label: Doubles, generator: np.random.Generator) -> pa.Array:
    noise = 0.2 * (label.std() or 1.0) * generator.normal(size=len(label))
    return pa.array((label + noise).astype(np.float32))


def absent_for_the_largest(label: Doubles, generator: np.random.Generator) -> pa.Array:
    values = generator.random(len(label)).astype(np.float32)
    return pa.array(values, mask=label >= 1)


def encoded(label: Doubles, generator: np.random.Generator) -> pa.Array:
    """Codes of outcomes: several for each, and a fortieth of them is wrong."""
    rank = np.digitize(label, np.quantile(label, np.linspace(0, 1, 40)[1:-1])) if len(set(label)) > 3 else label
    wrong = generator.random(len(label)) < 1 / 40
    codes = np.where(wrong, generator.integers(0, 40, len(label)), rank * 10 + generator.integers(0, 9, len(label)))
    return pa.array([f"code {int(code)}" for code in codes])


@pytest.mark.parametrize("problem", list(Problem))
def test_honest_features_are_not_suspicious(problem: Problem) -> None:
    pipeline = honest(problem)
    assert find(rows_of(pipeline.model, pipeline), pipeline) == ()


def numbered(label: Doubles, generator: np.random.Generator) -> pa.Array:
    """An identifier of nearly every row."""
    return pa.array([f"row {number}" for number in generator.integers(0, 60_000, len(label))])


@pytest.mark.parametrize("problem", list(Problem))
def test_a_category_of_many_values_is_not_suspicious(problem: Problem) -> None:
    assert leaking(problem, numbered) == ()


@pytest.mark.parametrize("problem", list(Problem))
@pytest.mark.parametrize("leak", [plus_noise, encoded])
def test_a_feature_that_knows_the_label_is_named(
    problem: Problem, leak: Callable[[Doubles, np.random.Generator], pa.Array]
) -> None:
    (first, *others) = leaking(problem, leak)
    assert (first.feature, first.slice, others) == (LEAK, None, [])
    assert LEAK in first.sentence
    assert first.sentence.endswith("check that it is known at the prediction time")


def test_a_column_that_is_absent_for_one_class_is_named() -> None:
    (only,) = leaking(Problem.BINARY, absent_for_the_largest)
    assert (only.feature, only.slice) == (LEAK, None)
    assert only.sentence.startswith("whether leak is absent alone reaches ROC AUC 1.0000, the model 0.99")


def test_a_value_that_only_rows_of_one_class_have_is_named() -> None:
    """It is known for a tenth of the rows of class 1, so alone it predicts little."""

    def sometimes(label: Doubles, generator: np.random.Generator) -> pa.Array:
        known = (generator.random(len(label)) < 0.2) & (label > 0)
        return pa.array(np.where(known, "claimed", "none"))

    found = leaking(Problem.BINARY, sometimes)
    assert [(each.feature, each.slice) for each in found] == [(LEAK, "claimed")]
    assert "rows with leak claimed 100% are of class 1" in found[0].sentence


def test_a_slice_in_which_a_number_is_known_is_named() -> None:
    """The column holds the label in a quarter of the rows and nothing in the others."""

    def sometimes(label: Doubles, generator: np.random.Generator) -> pa.Array:
        return pa.array(label.astype(np.float32), mask=generator.random(len(label)) < 0.75)

    found = leaking(Problem.REGRESSION, sometimes)
    assert {each.feature for each in found} == {LEAK}


def test_a_feature_no_better_than_a_declared_baseline_is_exempt() -> None:
    generator = np.random.default_rng(8)
    pipeline = honest(Problem.REGRESSION, numeric=("last_week", "four_weeks"))
    samples = rows_of(replace(pipeline.model, numeric=pipeline.model.numeric[:6]), pipeline)
    for name, each in samples.items():
        table = each.table
        for column, noise in (("last_week", 1.0), ("four_weeks", 1.5)):
            values = each.label + noise * generator.normal(size=len(each)).astype(np.float32)
            table = table.append_column(column, pa.array(values.astype(np.float32)))
        samples[name] = replace(each, table=table)
    assert {each.feature for each in find(samples, pipeline)} == {"last_week", "four_weeks"}
    declared = replace(pipeline, model=replace(pipeline.model, baselines={"last_week": "last_week"}))
    assert find(samples, declared) == ()
