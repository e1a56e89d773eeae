"""Random cleansed flights and weather of a few days, reproducible by seed, as rows that tests can change."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.tables import Table
from jobs.pipelines.flight_delay.tables import CLEANSED_FLIGHTS, CLEANSED_WEATHER
from jobs.pipelines.flight_delay.transforms import features

Rows = list[dict[str, Any]]
FIRST_DAY, LAST_DAY = date(2013, 1, 1), date(2013, 1, 4)
_HOUR = timedelta(hours=1)


def make_flights(seed: int, count: int = 60) -> Rows:
    """Flights of three days, local time five hours behind UTC; one in eight is cancelled."""
    chance = random.Random(seed)
    return [_flight(number, chance) for number in range(count)]


def make_weather(seed: int) -> Rows:
    """Hourly observations at two airports."""
    chance = random.Random(seed)
    start = datetime(2013, 1, 1, tzinfo=UTC)
    values = ("temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib")
    return [
        {
            "origin": origin,
            "known_at": start + hour * _HOUR,
            **{name: chance.uniform(0, 90) for name in values},
            "month": "2013-01",
        }
        for origin in ("JFK", "EWR")
        for hour in range(72)
    ]


def outcome(row: dict[str, Any], delay: int | None) -> dict[str, Any]:
    """The flight with another delay, or cancelled when the delay is None."""
    known = delay is not None
    scheduled = row["scheduled_departure"]
    late = timedelta(minutes=delay or 0)
    return {
        **row,
        "departure": scheduled + late if known else None,
        "arrival": scheduled + late + timedelta(minutes=row["scheduled_minutes"]) if known else None,
        "departure_delay": delay,
        "arrival_delay": delay,
        "is_late": int(delay is None or delay > 15),
    }


def feature_rows(spark: SparkSession, flights: Rows, weather: Rows) -> dict[tuple[str, ...], dict[str, Any]]:
    """The feature rows by group, record identifier and event time."""
    cleansed = {
        "flights": _frame(spark, CLEANSED_FLIGHTS, flights),
        "weather": _frame(spark, CLEANSED_WEATHER, weather),
    }
    groups = features(cleansed, first_day=FIRST_DAY, last_day=LAST_DAY)
    return {
        (name, row[0], row["event_time"]): row.asDict() for name, frame in groups.items() for row in frame.collect()
    }


def _flight(number: int, chance: random.Random) -> dict[str, Any]:
    scheduled = datetime(2013, 1, 1 + number % 3, 10, tzinfo=UTC) + timedelta(minutes=5 * chance.randrange(12 * 17))
    local = scheduled - 5 * _HOUR
    row: Mapping[str, Any] = {
        "flight_id": f"flight-{number}",
        "scheduled_departure": scheduled,
        "prediction_time": scheduled - 2 * _HOUR,
        "local_date": local.date(),
        "local_hour": local.hour,
        "departure_minute": local.hour * 60 + local.minute,
        "arrival_minute": chance.randrange(1440),
        "scheduled_minutes": chance.choice([60, 120, 300]),
        "carrier": chance.choice(["UA", "B6"]),
        "carrier_name": "carrier",
        "flight": chance.randrange(1, 6),
        "tail_number": chance.choice(["N1", "N2", "N3", None]),
        "origin": chance.choice(["JFK", "EWR"]),
        "destination": chance.choice(["LAX", "BOS"]),
        "distance": 500,
        "seats": 150,
        "aircraft_age": 7,
        "month": f"{local:%Y-%m}",
    }
    delay = None if chance.random() < 0.125 else chance.choice([-5, 0, 10, 45, 170])
    return outcome(dict(row), delay)


def _frame(spark: SparkSession, table: Table, rows: Rows) -> DataFrame:
    schema = ", ".join(f"{column.name} {column.type.value}" for column in table.columns)
    return spark.createDataFrame([tuple(row[name] for name in table.column_names) for row in rows], schema)
