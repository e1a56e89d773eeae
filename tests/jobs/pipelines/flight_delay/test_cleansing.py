from datetime import UTC, date, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from jobs.contracts.tables import Table
from jobs.pipelines.flight_delay.sources import AIRLINES, AIRPORTS, FLIGHTS, PLANES, WEATHER
from jobs.pipelines.flight_delay.transforms import cleanse

FLIGHT: dict[str, Any] = {
    "year": 2013,
    "day": 1,
    "dep_time": 2305,
    "sched_dep_time": 2130,
    "dep_delay": 95,
    "arr_time": 130,
    "sched_arr_time": 2400,
    "arr_delay": 90,
    "carrier": "UA",
    "flight": 7,
    "tailnum": "N1",
    "origin": "JFK",
    "dest": "LAX",
    "air_time": 300,
    "distance": 2475,
    "hour": 21,
    "minute": 30,
    "time_hour": datetime(2013, 1, 2, 2, tzinfo=UTC),
    "month": "2013-01",
}
PLANE = {"tailnum": "N1", "year": 2003, "seats": 150}
ZONES = [{"faa": "LAX", "tzone": "America/Los_Angeles"}, {"faa": "JFK", "tzone": "America/New_York"}]
HOUR: dict[str, Any] = {
    "origin": "JFK",
    "year": 2013,
    "temp": 40.0,
    "dewp": 30.0,
    "humid": 60.0,
    "wind_speed": 9.0,
    "month": "2013-01",
}


def _frame(spark: SparkSession, table: Table, rows: list[dict[str, Any]]) -> DataFrame:
    schema = ", ".join(f"{column.name} {column.type.value}" for column in table.columns)
    return spark.createDataFrame([tuple(row.get(name) for name in table.column_names) for row in rows], schema)


def _cleansed(
    spark: SparkSession, flights: list[dict[str, Any]], weather: list[dict[str, Any]] | None = None
) -> dict[str, list[Row]]:
    raw = {
        "flights": _frame(spark, FLIGHTS, flights),
        "planes": _frame(spark, PLANES, [PLANE]),
        "airports": _frame(spark, AIRPORTS, ZONES),
        "airlines": _frame(spark, AIRLINES, [{"carrier": "UA", "name": "United"}]),
        "weather": _frame(spark, WEATHER, weather or []),
    }
    return {name: frame.collect() for name, frame in cleanse(raw).items()}


def test_local_clocks_become_instants(spark: SparkSession) -> None:
    (row,) = _cleansed(spark, [FLIGHT])["flights"]

    assert row["flight_id"] == "20130102T0230Z-UA-7-JFK"
    assert row["prediction_time"] == datetime(2013, 1, 2, 0, 30, tzinfo=UTC).astimezone().replace(tzinfo=None)
    assert (row["departure"] - row["scheduled_departure"]).total_seconds() == 95 * 60
    # 21:30 in New York is 18:30 in Los Angeles: until midnight there it is five and a half hours.
    assert row["scheduled_minutes"] == 330
    assert (row["arrival"] - row["scheduled_departure"]).total_seconds() == (330 + 90) * 60
    assert (row["local_date"], row["departure_minute"], row["arrival_minute"]) == (date(2013, 1, 1), 1290, 0)


def test_summer_time_shifts_no_schedule(spark: SparkSession) -> None:
    spring = {**FLIGHT, "day": 10, "month": "2013-03", "time_hour": datetime(2013, 3, 11, 1, tzinfo=UTC)}

    (row,) = _cleansed(spark, [spring])["flights"]

    assert row["scheduled_minutes"] == 330
    assert row["flight_id"].startswith("20130311T0130Z")


@pytest.mark.parametrize(("delay", "label"), [(15, 0), (16, 1), (-20, 0), (None, 1)])
def test_late_is_more_than_a_quarter_of_an_hour_or_never(spark: SparkSession, delay: int | None, label: int) -> None:
    (row,) = _cleansed(spark, [{**FLIGHT, "arr_delay": delay}])["flights"]

    assert row["is_late"] == label


def test_outliers_and_missing_values_are_treated_and_named(spark: SparkSession) -> None:
    odd = {**FLIGHT, "flight": 8, "dep_delay": 1301, "tailnum": None, "dest": "SJU"}

    rows = {row["flight"]: row for row in _cleansed(spark, [FLIGHT, odd])["flights"]}

    assert rows[7]["treatments"] == []
    assert (rows[8]["departure_delay"], rows[8]["seats"], rows[8]["aircraft_age"]) == (180, 150, 10)
    assert (rows[8]["arrival"], rows[8]["scheduled_minutes"]) == (None, None)
    assert set(rows[8]["treatments"]) == {
        "departure_delay: limited",
        "seats: median of the carrier",
        "aircraft_age: median of the carrier",
        "tail_number: unknown aircraft",
        "arrival: unknown, the destination has no zone",
    }


def test_weather_is_known_when_its_hour_has_ended_and_gaps_close_from_the_past(spark: SparkSession) -> None:
    hours = [
        {**HOUR, "time_hour": datetime(2013, 1, 1, hour, tzinfo=UTC), "pressure": pressure, "visib": 10.0}
        for hour, pressure in ((8, None), (9, 1010.0), (11, None), (13, None))
    ]

    rows = sorted(_cleansed(spark, [FLIGHT], hours)["weather"], key=lambda row: row["known_at"])

    assert [row["pressure"] for row in rows] == [None, 1010.0, 1010.0, None]
    assert {row["wind_gust"] for row in rows} == {9.0}
    assert rows[0]["known_at"] == datetime(2013, 1, 1, 9, tzinfo=UTC).astimezone().replace(tzinfo=None)
    assert "pressure: last of three hours" in rows[2]["treatments"]
