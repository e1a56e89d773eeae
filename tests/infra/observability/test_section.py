import pytest

from infra.config.validation import ConfigError
from infra.observability.metrics import metric
from infra.observability.section import Graph, Section, Symptom

SEEN = metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", {"QueueName": "letters"})


@pytest.mark.parametrize(("at_least", "below"), [(None, None), (1.0, 2.0)])
def test_a_symptom_has_one_threshold(at_least: float | None, below: float | None) -> None:
    with pytest.raises(ConfigError, match=r"symptom letters: received .*; allowed is one of at_least and below"):
        Symptom(heading="letters", what="Letters", metric=SEEN, at_least=at_least, below=below)


def test_a_threshold_may_be_nothing() -> None:
    assert Symptom(heading="letters", what="Letters", metric=SEEN, below=0.0).threshold == 0
    assert Symptom(heading="letters", what="Letters", metric=SEEN, at_least=7).threshold == 7


def test_a_graph_draws_limits_of_its_own_section_only() -> None:
    letters = Symptom(heading="letters", what="Letters", metric=SEEN, at_least=1)
    section = Section(
        title="Post", vital=SEEN, symptoms=[letters], graphs=[Graph(title="Letters", left=[SEEN], limits=["parcels"])]
    )
    assert section.symptom("letters") is letters
    with pytest.raises(ConfigError, match=r"Post: limit of a graph: received 'parcels'; allowed is one of \['letters'"):
        section.symptom("parcels")
