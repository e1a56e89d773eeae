import pytest

from infra.config.validation import ConfigError
from infra.observability.metrics import metric
from infra.observability.section import Graph, MetricAlarm, Section

METRIC = metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", {"QueueName": "letters"})


@pytest.mark.parametrize(("at_least", "below"), [(None, None), (1.0, 2.0)])
def test_an_alarm_has_one_threshold(at_least: float | None, below: float | None) -> None:
    with pytest.raises(ConfigError, match=r"alarm letters: received .*; allowed is exactly one of at_least and below"):
        MetricAlarm("letters", "Letters", METRIC, at_least=at_least, below=below)


def test_a_threshold_may_be_nothing() -> None:
    assert MetricAlarm("letters", "Letters", METRIC, below=0.0).threshold == 0
    assert MetricAlarm("letters", "Letters", METRIC, at_least=7).threshold == 7


def test_a_graph_draws_limits_of_its_own_section_only() -> None:
    letters = MetricAlarm("letters", "Letters", METRIC, at_least=1)
    section = Section(
        title="Post",
        headline=METRIC,
        alarms=[letters],
        graphs=[Graph(title="Letters", left=[METRIC], limits=["parcels"])],
    )
    assert section.alarm("letters") is letters
    with pytest.raises(ConfigError, match=r"Post: limit of a graph: received 'parcels'; allowed is one of \['letters'"):
        section.alarm("parcels")
