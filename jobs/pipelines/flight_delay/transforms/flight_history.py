"""Feature group `flight_history`: schedule, aircraft and recent past of a flight at its prediction time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.columns import PREDICTION_TIME
from jobs.pipelines.flight_delay.feature_groups import FLIGHT_HISTORY
from jobs.pipelines.flight_delay.transforms.rates import late_rates, local_day
from jobs.pipelines.flight_delay.transforms.rolling import mean, rolling, slot_before
from jobs.pipelines.flight_delay.transforms.traffic import (
    SCHEDULED_6H,
    WAITING,
    arrival_delay,
    arrivals,
    departure_delay,
    departures,
    traffic_events,
)

_AIRCRAFT_SECONDS = 24 * 3600
_STATES = {
    ("carrier",): {
        "departures_1h": departures(1),
        "departure_delay_1h": departure_delay(1),
        "departures_3h": departures(3),
        "departure_delay_3h": departure_delay(3),
        "arrivals_3h": arrivals(3),
        "arrival_delay_3h": arrival_delay(3),
        "waiting": WAITING,
        "scheduled_6h": SCHEDULED_6H,
    },
    ("carrier", "origin"): {
        "departures_3h": departures(3),
        "departure_delay_3h": departure_delay(3),
        "arrivals_3h": arrivals(3),
        "arrival_delay_3h": arrival_delay(3),
        "arrivals_12h": arrivals(12),
        "arrival_delay_12h": arrival_delay(12),
        "waiting": WAITING,
        "scheduled_6h": SCHEDULED_6H,
    },
    ("destination",): {
        "arrivals_3h": arrivals(3),
        "arrival_delay_3h": arrival_delay(3),
        "arrivals_12h": arrivals(12),
        "arrival_delay_12h": arrival_delay(12),
    },
}
#: The count by which each sum of delays is divided to get a mean.
_COUNT_OF_DELAYS = {
    "departure_delay_1h": "departures_1h",
    "departure_delay_3h": "departures_3h",
    "arrival_delay_3h": "arrivals_3h",
    "arrival_delay_12h": "arrivals_12h",
}


@dataclass(frozen=True, kw_only=True)
class _RateGroup:
    """Late rates of one key: the names of the features, each with its number of past days."""

    key: tuple[str, ...]
    days: Mapping[str, int]
    broadcast: bool = True
    """Whether the rates are few enough for a broadcast join; the rates per flight number are not."""


_RATE_GROUPS = (
    _RateGroup(key=("carrier", "flight"), days={"late_rate_flight_30d": 30}, broadcast=False),
    _RateGroup(key=("carrier", "local_hour"), days={"late_rate_carrier_hour_30d": 30}),
    _RateGroup(key=("carrier",), days={"late_rate_carrier_7d": 7}),
    _RateGroup(key=("origin",), days={"late_rate_origin_7d": 7, "late_rate_origin_30d": 30}),
    _RateGroup(key=("destination",), days={"late_rate_destination_30d": 30}),
)


def flight_history(flights: DataFrame, *, first_day: date, last_day: date) -> DataFrame:
    """Features of the flights whose prediction time lies on the UTC days from first to last, both included."""
    is_requested = F.to_date(PREDICTION_TIME).between(F.lit(first_day), F.lit(last_day))
    rows = _with_aircraft(flights).filter(is_requested)
    rows = rows.withColumn("day", local_day(F.col(PREDICTION_TIME)))
    rows = rows.withColumn("slot", slot_before(F.col(PREDICTION_TIME)))
    rows = _with_schedule(rows, flights)
    requested = flights.filter(is_requested).select(
        "carrier",
        "origin",
        "destination",
        "flight",
        "local_hour",
        local_day(F.col(PREDICTION_TIME)).alias("day"),
        slot_before(F.col(PREDICTION_TIME)).alias("slot"),
    )
    rows = _with_rates(rows, flights, requested)
    rows = _with_states(rows, traffic_events(flights), requested)
    event_time = F.date_format(PREDICTION_TIME, "yyyy-MM-dd'T'HH:mm:ss'Z'")
    return rows.select(
        "flight_id",
        event_time.alias("event_time"),
        *(F.col(column.name).cast(column.type.value) for column in FLIGHT_HISTORY.features),
    )


def _with_aircraft(flights: DataFrame) -> DataFrame:
    """Flights with status and delay of the aircraft's previous leg, as known at prediction time.

    The source names the aircraft that flew, which need not be the one that was assigned at prediction time, so the
    model does not use these columns. They are null without a tail number, or when the previous leg was scheduled 24
    hours or more before.
    """
    legs = Window.partitionBy("tail_number").orderBy("scheduled_departure", "flight_id")
    leg = F.struct("scheduled_departure", "departure", "arrival", "departure_delay", "arrival_delay")
    before = F.lag(leg).over(legs)
    now = F.col(PREDICTION_TIME)
    gap = F.unix_seconds("scheduled_departure") - F.unix_seconds("before.scheduled_departure")
    is_known = F.col("tail_number").isNotNull() & (gap < _AIRCRAFT_SECONDS)
    has_arrived = F.coalesce(F.col("before.arrival") <= now, F.lit(False))
    has_departed = F.coalesce(F.col("before.departure") <= now, F.lit(False))
    overdue = F.greatest(F.unix_seconds(now) - F.unix_seconds("before.scheduled_departure"), F.lit(0)) / 60
    delay = (
        F.when(has_arrived, F.col("before.arrival_delay"))
        .when(has_departed, F.col("before.departure_delay"))
        .otherwise(overdue)
    )
    status = F.when(has_arrived, F.lit(2)).when(has_departed, F.lit(1)).otherwise(F.lit(0))
    return flights.withColumn("before", before).select(
        *flights.columns,
        F.when(is_known, delay).alias("aircraft_delay"),
        F.when(is_known, status).alias("aircraft_status"),
        F.when(is_known, gap / 60).alias("aircraft_gap"),
    )


def _with_schedule(rows: DataFrame, flights: DataFrame) -> DataFrame:
    """Rows with the number of departures that the schedule of the origin has in the same hour and on the same day."""
    hours = flights.groupBy("origin", "local_date", "local_hour").agg(F.count("*").alias("departures_in_hour"))
    days = flights.groupBy("origin", "local_date").agg(F.count("*").alias("departures_in_day"))
    return (
        rows.withColumn("day_of_week", F.dayofweek("local_date"))
        .join(F.broadcast(hours), on=["origin", "local_date", "local_hour"], how="left")
        .join(F.broadcast(days), on=["origin", "local_date"], how="left")
    )


def _with_rates(rows: DataFrame, flights: DataFrame, requested: DataFrame) -> DataFrame:
    for group in _RATE_GROUPS:
        rates = late_rates(flights, requested.select(*group.key, "day"), key=group.key, days=group.days)
        rows = rows.join(F.broadcast(rates) if group.broadcast else rates, on=[*group.key, "day"], how="left")
    return rows


def _with_states(rows: DataFrame, events: DataFrame, requested: DataFrame) -> DataFrame:
    for key, frames in _STATES.items():
        prefix = "_".join(key)
        sums = rolling(events, requested.select(*key, "slot"), key=key, frames=frames)
        means = [
            mean(total, count).alias(f"{prefix}_{total}")
            for total, count in _COUNT_OF_DELAYS.items()
            if total in frames
        ]
        waiting = [
            F.col("waiting").alias(f"{prefix}_waiting"),
            mean("waiting", "scheduled_6h").alias(f"{prefix}_waiting_share"),
        ]
        states = sums.select(*key, "slot", *means, *(waiting if "waiting" in frames else ()))
        rows = rows.join(F.broadcast(states), on=[*key, "slot"], how="left")
    return rows
