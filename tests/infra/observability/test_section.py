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


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ({"at_least": 10}, "At least 10 letters wait"),
        ({"at_least": 2.5}, "At least 2.5 letters wait"),
        ({"below": 1}, "Less than 1 letters wait"),
    ],
)
def test_the_text_of_an_alarm_names_its_limit(limit: dict[str, float], text: str) -> None:
    assert MetricAlarm("letters", "{limit} letters wait", METRIC, **limit).text == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("More than 10 letters wait", {"at_least": 10}),
        ("Less than 10 letters wait", {"at_least": 10}),
        ("At least 10 letters wait", {"at_least": 5}),
        ("At least 10 letters wait", {"below": 10}),
    ],
)
def test_a_text_that_contradicts_the_limit_is_refused(text: str, limit: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=rf"text of alarm letters: received '{text}'; allowed is {{limit}}, or words"):
        MetricAlarm("letters", text, METRIC, **limit)  # type: ignore[arg-type]
