"""Feature group `flight_history`: schedule, aircraft and recent past of a flight at its prediction time."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

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
_RATES = {
    ("carrier", "flight"): {"late_rate_flight_30d": 30},
    ("carrier", "local_hour"): {"late_rate_carrier_hour_30d": 30},
    ("carrier",): {"late_rate_carrier_7d": 7},
    ("origin",): {"late_rate_origin_7d": 7, "late_rate_origin_30d": 30},
    ("destination",): {"late_rate_destination_30d": 30},
}


def flight_history(flights: DataFrame, *, first_day: date, last_day: date) -> DataFrame:
    """Features of the flights asked about from the first to the last UTC day."""
    is_asked = F.to_date("prediction_time").between(F.lit(first_day), F.lit(last_day))
    rows = _with_aircraft(flights).filter(is_asked)
    rows = rows.withColumn("day", local_day(F.col("prediction_time")))
    rows = rows.withColumn("slot", slot_before(F.col("prediction_time")))
    rows = _with_schedule(rows, flights)
    asked = flights.filter(is_asked).select(
        *("carrier", "origin", "destination", "flight", "local_hour"),
        local_day(F.col("prediction_time")).alias("day"),
        slot_before(F.col("prediction_time")).alias("slot"),
    )
    rows = _with_rates(rows, flights, asked)
    rows = _with_states(rows, traffic_events(flights), asked)
    event_time = F.date_format("prediction_time", "yyyy-MM-dd'T'HH:mm:ss'Z'")
    return rows.select(
        "flight_id",
        event_time.alias("event_time"),
        *(F.col(column.name).cast(column.type.value) for column in FLIGHT_HISTORY.features),
    )


def _with_aircraft(flights: DataFrame) -> DataFrame:
    """Where the aircraft's previous leg is and how late, as far as known when the flight is asked about.

    The data names the aircraft that flew; it is taken for the one assigned, and nothing is derived from legs
    that do not fit together, because those show a later change of aircraft.
    """
    legs = Window.partitionBy("tail_number").orderBy("scheduled_departure", "flight_id")
    names = ("scheduled_departure", "departure", "arrival", "departure_delay", "arrival_delay")
    before = F.lag(F.struct(*names)).over(legs)
    now = F.col("prediction_time")
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
    """Crowding of the origin by its schedule, which is known long before."""
    hours = flights.groupBy("origin", "local_date", "local_hour").agg(F.count("*").alias("departures_in_hour"))
    days = flights.groupBy("origin", "local_date").agg(F.count("*").alias("departures_in_day"))
    return (
        rows.withColumn("day_of_week", F.dayofweek("local_date"))
        .join(F.broadcast(hours), on=["origin", "local_date", "local_hour"], how="left")
        .join(F.broadcast(days), on=["origin", "local_date"], how="left")
    )


def _with_rates(rows: DataFrame, flights: DataFrame, asked: DataFrame) -> DataFrame:
    for key, days in _RATES.items():
        rates = late_rates(flights, asked.select(*key, "day"), key=key, days=days)
        rows = rows.join(rates if "flight" in key else F.broadcast(rates), on=[*key, "day"], how="left")
    return rows


def _with_states(rows: DataFrame, events: DataFrame, asked: DataFrame) -> DataFrame:
    for key, frames in _STATES.items():
        prefix = "_".join(key)
        sums = rolling(events, asked.select(*key, "slot"), key=key, frames=frames)
        means = [
            mean(name, name.replace("_delay", "s")).alias(f"{prefix}_{name}") for name in frames if "_delay_" in name
        ]
        waiting = [
            F.col("waiting").alias(f"{prefix}_waiting"),
            mean("waiting", "scheduled_6h").alias(f"{prefix}_waiting_share"),
        ]
        states = sums.select(*key, "slot", *means, *(waiting if "waiting" in frames else ()))
        rows = rows.join(F.broadcast(states), on=[*key, "slot"], how="left")
    return rows
