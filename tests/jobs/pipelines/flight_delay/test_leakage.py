"""Features do not depend on later events: changing outcomes after a moment leaves earlier features unchanged."""

import random
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.pipelines.flight_delay.transforms.rates import OUTCOME_SECONDS
from tests.jobs.pipelines.flight_delay.frames import (
    Rows,
    feature_rows,
    make_flights,
    make_weather,
    outcome,
)

FLIGHTS, WEATHER = make_flights(seed=1), make_weather(seed=1)


@cache
def _undisturbed(spark: SparkSession) -> dict[tuple[str, ...], dict[str, Any]]:
    return feature_rows(spark, FLIGHTS, WEATHER)


def _other_outcomes(now: datetime, chance: random.Random) -> Rows:
    """The flights with each departure and arrival after `now` moved to another time after `now`, or cancelled."""
    return [_other_outcome(row, now, chance) for row in FLIGHTS]


def _other_outcome(row: dict[str, Any], now: datetime, chance: random.Random) -> dict[str, Any]:
    if row["departure"] is None and _is_cancelled_for_good(row, now):
        return row
    if row["departure"] is None and row["scheduled_departure"] <= now:
        waiting = int((now - row["scheduled_departure"]) / timedelta(minutes=1))
        return outcome(row, waiting + chance.choice([1, 30, 200])) if chance.random() < 0.5 else row
    if row["departure"] is None or row["departure"] > now:
        past = max(0, int((now - row["scheduled_departure"]) / timedelta(minutes=1)) + 1)
        return outcome(row, chance.choice([None, past, past + 40, past + 400]))
    if row["arrival"] <= now:
        return row
    changed = outcome(row, int((now - row["departure"]) / timedelta(minutes=1)) + chance.choice([1, 60, 600]))
    arrival = {name: changed[name] for name in ("arrival", "arrival_delay", "is_late")}
    return {**row, **(arrival if changed["arrival"] > now else {})}


def _is_cancelled_for_good(row: dict[str, Any], now: datetime) -> bool:
    """Whether the local day has ended on which a flight that has not left counts as cancelled."""
    zone = ZoneInfo("America/New_York")
    given_up = row["scheduled_departure"] + timedelta(seconds=OUTCOME_SECONDS)
    return bool(given_up.astimezone(zone).date() < now.astimezone(zone).date())


@settings(max_examples=3, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.integers(min_value=14, max_value=64), seed=st.integers(min_value=0, max_value=2**16))
def test_shuffling_the_future_changes_no_feature(spark: SparkSession, hours: int, seed: int) -> None:
    now = WEATHER[0]["known_at"] + timedelta(hours=hours, minutes=10)
    chance = random.Random(seed)
    observed = [
        row
        if row["known_at"] <= now
        else {**row, "visib": chance.uniform(0, 10), "pressure": chance.uniform(900, 1000)}
        for row in WEATHER
    ]

    disturbed = feature_rows(spark, _other_outcomes(now, chance), observed)

    moment = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    known = {key: row for key, row in _undisturbed(spark).items() if key[2] <= moment}
    assert known
    assert {key: disturbed[key] for key in known} == known


def test_the_past_does_change_features(spark: SparkSession) -> None:
    late = [outcome(row, 120) if row["departure"] else row for row in FLIGHTS]

    disturbed = feature_rows(spark, late, WEATHER)

    changed = {
        name
        for key, row in _undisturbed(spark).items()
        for name, value in row.items()
        if disturbed.get(key, row)[name] != value
    }
    assert {"origin_departure_delay_3h", "carrier_arrival_delay_3h", "aircraft_delay", "late_rate_origin_7d"} <= changed
