"""Feature group `airport_state`: weather and traffic of a departure airport every half hour."""

from datetime import UTC, date, datetime, timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.pipelines.flight_delay.feature_groups import AIRPORT_STATE
from jobs.pipelines.flight_delay.transforms.rolling import SLOT_SECONDS, mean, rolling, slot_after
from jobs.pipelines.flight_delay.transforms.traffic import (
    HOUR,
    SCHEDULED_6H,
    WAITING,
    arrival_delay,
    arrivals,
    departure_delay,
    departures,
    traffic_events,
)

_HOUR_SECONDS = 3600
_WEATHER_AGE = 6 * HOUR
_FRAMES = {
    "departures_1h": departures(1),
    "departures_3h": departures(3),
    "departure_delay_1h": departure_delay(1),
    "departure_delay_3h": departure_delay(3),
    "arrivals_1h": arrivals(1),
    "arrivals_3h": arrivals(3),
    "arrival_delay_1h": arrival_delay(1),
    "arrival_delay_3h": arrival_delay(3),
    "waiting": WAITING,
    "scheduled_6h": SCHEDULED_6H,
}
_WEATHER_NAMES = {
    "temp": "temperature",
    "dewp": "dew_point",
    "humid": "humidity",
    "wind_dir": "wind_direction",
    "wind_speed": "wind_speed",
    "wind_gust": "wind_gust",
    "precip": "precipitation",
    "pressure": "pressure",
    "visib": "visibility",
}


def airport_state(flights: DataFrame, weather: DataFrame, *, first_day: date, last_day: date) -> DataFrame:
    """State of each airport per half hour of the UTC days, up to the airport's last scheduled departure."""
    grid = _grid(flights, first_day, last_day)
    traffic = grid.join(
        rolling(traffic_events(flights), grid, key=("origin",), frames=_FRAMES), on=["origin", "slot"], how="left"
    )
    states = traffic.join(_weather_at(weather, grid), on=["origin", "slot"], how="left")
    event_time = F.date_format(F.timestamp_seconds(F.col("slot") * SLOT_SECONDS), "yyyy-MM-dd'T'HH:mm:ss'Z'")
    derived = states.select(
        "*",
        event_time.alias("event_time"),
        F.col("departures_1h").alias("origin_departures_1h"),
        F.col("departures_3h").alias("origin_departures_3h"),
        *(
            mean(f"{event}_delay_{span}", f"{event}s_{span}").alias(f"origin_{event}_delay_{span}")
            for event in ("departure", "arrival")
            for span in ("1h", "3h")
        ),
        F.col("waiting").alias("origin_waiting"),
        mean("waiting", "scheduled_6h").alias("origin_waiting_share"),
    )
    return derived.select(
        "origin", "event_time", *(F.col(column.name).cast(column.type.value) for column in AIRPORT_STATE.features)
    )


def _grid(flights: DataFrame, first_day: date, last_day: date) -> DataFrame:
    """All slots of the days up to the last scheduled departure; later states would be computed from missing data."""
    start = _midnight(first_day) // SLOT_SECONDS
    stop = _midnight(last_day + timedelta(days=1)) // SLOT_SECONDS - 1
    known = flights.groupBy("origin").agg(F.max(slot_after(F.col("scheduled_departure"))).alias("end"))
    until = F.least(F.col("end"), F.lit(stop))
    return known.filter(until >= start).select(
        "origin", F.explode(F.sequence(F.lit(start).cast("long"), until.cast("long"))).alias("slot")
    )


def _weather_at(weather: DataFrame, grid: DataFrame) -> DataFrame:
    """The newest observation known at each slot of the grid; null when it is older than six hours."""
    hours = Window.partitionBy("origin").orderBy(F.unix_seconds("known_at"))
    three_before = hours.rangeBetween(-3 * _HOUR_SECONDS, -3 * _HOUR_SECONDS)
    last_three = hours.rangeBetween(-2 * _HOUR_SECONDS, 0)
    observed = weather.select(
        "origin",
        slot_after(F.col("known_at")).alias("slot"),
        F.struct(
            *(F.col(name).alias(feature) for name, feature in _WEATHER_NAMES.items()),
            (F.col("pressure") - F.max("pressure").over(three_before)).alias("pressure_change_3h"),
            F.min("visib").over(last_three).alias("visibility_low_3h"),
        ).alias("observation"),
    )
    requested = grid.select("origin", "slot", F.lit(True).alias("is_requested"))
    past = Window.partitionBy("origin").orderBy("slot").rangeBetween(-_WEATHER_AGE, 0)
    latest = observed.unionByName(requested, allowMissingColumns=True).select(
        "origin", "slot", "is_requested", F.last("observation", ignorenulls=True).over(past).alias("observation")
    )
    return latest.filter("is_requested").select("origin", "slot", "observation.*")


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
