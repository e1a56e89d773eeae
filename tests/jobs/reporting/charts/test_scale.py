"""Scales keep the order of values, and their ticks are few, round and within them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.reporting.charts.scale import Categories, Scale

NUMBERS = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.booleans(), st.sampled_from([0.0, 0.05]))
def test_positions_are_monotone_and_within_the_chart(values: list[float], zero: bool, padding: float) -> None:
    scale = Scale.over(values, zero=zero, padding=padding)
    places = [scale.position(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)


@given(st.lists(NUMBERS, max_size=20), st.integers(2, 8))
def test_ticks_are_few_and_within_the_chart(values: list[float], most: int) -> None:
    ticks = Scale.over(values).ticks(most)
    assert len(ticks) <= most
    assert [place for place, _ in ticks] == sorted(place for place, _ in ticks)
    assert all(0 <= place <= 100 for place, _ in ticks)


@pytest.mark.parametrize("values", [[], [None], [math.nan], [3.0], [3.0, math.inf], [0.0]])
def test_a_scale_of_no_spread_is_still_one(values: list[float | None]) -> None:
    scale = Scale.over(values)
    assert scale.high > scale.low
    assert math.isfinite(scale.position(3.0))


def test_ticks_are_round() -> None:
    assert [text for _, text in Scale(0.47, 0.79).ticks(4)] == ["0.5", "0.6", "0.7"]
    assert [text for _, text in Scale(0.0, 48000.0).ticks()] == ["0", "10,000", "20,000", "30,000", "40,000"]


def test_a_scale_holds_zero_if_wanted() -> None:
    assert Scale.over([4.0, 9.0], zero=True).low == 0
    assert Scale.over([-4.0, -2.0], zero=True).high == 0


def test_categories_name_some_of_many() -> None:
    scale = Categories([str(day) for day in range(28)])
    assert len(scale.ticks()) <= 5
    assert scale.ticks()[0][1] == "0"
    assert Categories(["a", "b"]).position(1) == 75


def test_long_names_are_fewer_so_that_they_do_not_touch_on_a_phone() -> None:
    days = Categories([f"2025-08-{day:02}" for day in range(1, 29)])
    assert [name for _, name in days.ticks()] == ["2025-08-01", "2025-08-11", "2025-08-21"]
