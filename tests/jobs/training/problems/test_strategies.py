import pytest

from jobs.contracts.metrics import METRICS, Problem
from jobs.training.problems import strategy_of
from tests.sample_pipelines import sample_pipeline


@pytest.mark.parametrize("problem", list(Problem))
def test_every_metric_of_the_contract_is_measured_when_it_can_be(problem: Problem) -> None:
    strategy = strategy_of(sample_pipeline(problem=problem))
    named = [metric for metric in METRICS.values() if problem in metric.problems]
    before = set(strategy.measures())
    decided = set(strategy.measures(dict.fromkeys(strategy.chosen, 0.5)))
    assert {metric.name for metric in named if not metric.needs_decision} <= before
    assert {metric.name for metric in named} <= decided
    assert not before & {metric.name for metric in named if metric.needs_decision}
