from dataclasses import replace

import pytest

from jobs.contracts.tables import ContractError, Quality, Rule
from jobs.pipeline_check.rule_checks import check_rules
from tests.sample_pipelines import READINGS, sample_pipeline


def _mistakes(*conditions: str) -> list[str]:
    rules = tuple(Rule(name="sound", condition=condition, description="text") for condition in conditions)
    source = replace(READINGS, quality=Quality(rules=rules))
    return [found.sentence for found in check_rules(replace(sample_pipeline(), sources=(source,)))]


@pytest.mark.parametrize(
    "condition",
    [
        "use >= 0 AND use % 100 < 60",
        "meter RLIKE '^[a-z(]+$' OR `use` IS NULL",
        "day(from_utc_timestamp(read_at, 'Europe/Madrid')) = 1",
        "CASE WHEN use > 1e5 THEN FALSE ELSE TRUE END",
    ],
)
def test_a_condition_on_columns_is_accepted(condition: str) -> None:
    assert _mistakes(condition) == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("", "is no Spark SQL"),
        ("(use > 0", "a quote or parenthesis is not closed"),
        ("use > 0)", "a quote or parenthesis is not closed"),
        ("meter = 'a", "a quote or parenthesis is not closed"),
        ("use > 0; DROP", "a character has no meaning"),
        ("1 = 1", "names no column; columns are ['meter', 'read_at', 'use', 'day']"),
        ("watts > 0 AND use > 0", "names ['watts']; columns are"),
        ("`watt hours` > 0", "names ['watt hours']"),
    ],
)
def test_a_condition_that_cannot_hold_is_a_mistake(condition: str, message: str) -> None:
    (sentence,) = _mistakes(condition)

    assert sentence.startswith(f"rule sound of {READINGS.name}: condition {condition!r} ")
    assert message in sentence


def test_a_name_that_is_used_twice_is_a_mistake() -> None:
    assert "rule sound of readings is declared twice" in _mistakes("use > 0", "use < 9")[0]


def test_a_rule_has_the_name_of_an_identifier() -> None:
    with pytest.raises(ContractError, match="rule name 'Is sound': allowed are lower-case identifiers"):
        Rule(name="Is sound", condition="use > 0", description="text")
