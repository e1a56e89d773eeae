from dataclasses import replace

import pytest

from jobs.contracts.metrics import Problem
from jobs.training import transformation
from jobs.training.algorithms import trainer_of
from jobs.training.importance import importance
from jobs.training.native import NativeModel
from jobs.training.problems import strategy_of
from tests.sample_pipelines import sample_pipeline

from .samples import make_samples


@pytest.mark.parametrize("problem", list(Problem))
def test_what_decides_comes_first_and_is_missed_when_shuffled(problem: Problem) -> None:
    pipeline = sample_pipeline(problem=problem)
    spec, strategy = (
        replace(pipeline.model, numeric=("use_yesterday",), categorical=("tariff", "noise")),
        strategy_of(pipeline),
    )
    samples = make_samples(spec, strategy, 3000)
    prepared, matrix = transformation.fit(samples.table, strategy.targets(samples.label), samples.day, spec)
    native = trainer_of(spec).refit(spec, {}, {"rounds": 10}, (matrix, samples.label))
    model = NativeModel(spec=spec, transformation=prepared, native=native)

    ranked = importance(model, samples, strategy, spec.objective_metric)

    loss = {each["feature"]: each["permutation"] for each in ranked}
    assert [each["feature"] for each in ranked][-1] == "noise"
    assert sum(each["gain"] for each in ranked) == pytest.approx(1.0)
    assert min(loss["use_yesterday"], loss["tariff"]) > 5 * max(loss["noise"], 0.001)
