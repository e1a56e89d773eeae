"""Numbers as readers see them."""

import math

import pytest

from jobs.reporting import text


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.75612, "0.7561"), (40.0, "40"), (31.256, "31.26"), (336776, "336,776"), (2.4e-07, "2.4e-07"), (0, "0")],
)
def test_a_number_has_about_four_digits(value: float, shown: str) -> None:
    assert text.number(value) == shown


@pytest.mark.parametrize("value", [None, math.nan, math.inf, ""])
def test_an_undefined_number_is_a_dash(value: object) -> None:
    assert {text.number(value), text.count(value), text.share(value), text.seconds(value)} == {"-"}


@pytest.mark.parametrize(
    ("value", "ends", "shown"),
    [
        (0.951, (0.861, 1.0), "0.9510 (0.8610 to 1.0000)"),
        (0.65, (0.6175, 0.6825), "0.6500 (0.6175 to 0.6825)"),
        (-5.3e-07, (-0.0038, -1e-06), "0.00000 (-0.00380 to 0.00000)"),
        (12345.6, (12000.0, 13000.0), "12,346 (12,000 to 13,000)"),
        (0.65, None, "0.65"),
        (None, (0.1, 0.2), "-"),
    ],
)
def test_a_value_and_its_interval_have_the_same_decimals(value: float, ends: tuple[float, float], shown: str) -> None:
    assert text.with_interval(value, ends) == shown


def test_an_interval_has_no_negative_zero() -> None:
    assert text.interval((-0.0038, -1e-06)) == "-0.0038 to 0.0000"


@pytest.mark.parametrize(
    ("value", "shown"), [(0.231, "23.1%"), (0.0001, "less than 0.1%"), (0.0, "0.0%"), (1, "100.0%")]
)
def test_a_share_is_a_percentage(value: float, shown: str) -> None:
    assert text.share(value) == shown


def test_names_and_lists_are_readable() -> None:
    assert text.readable("hour_utc") == "hour UTC"
    assert text.enumerated(["a", "b", "c"]) == "a, b and c"
    assert text.sentence("it works") == "It works."
    assert text.shortened("a" * 40, 9) == "aaaa…aaaa"
    assert text.moment("2013-10-31T23:00:00Z") == "2013-10-31 23:00 UTC"
    assert text.moment("today") == "today"
