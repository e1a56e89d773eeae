"""Cleansing of the raw sources: times converted to UTC, sources joined, outliers and missing values treated.

The column `treatments` of each row lists the treatments applied to it as `column: treatment`; the job counts the
entries and drops the column.
"""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.columns import PREDICTION_TIME, TREATMENTS
from jobs.pipelines.flight_delay.feature_groups import DELAY_LIMITS
from jobs.pipelines.flight_delay.model import LATE_AFTER_MINUTES
from jobs.pipelines.flight_delay.sources import MONTH
from jobs.pipelines.flight_delay.tables import CLEANSED_FLIGHTS, CLEANSED_WEATHER

PREDICTION_LEAD_MINUTES = 120
_DAY = 24 * 60
_HOUR_SECONDS = 3600


def cleanse(raw: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """The cleansed tables by name, each with `treatments` as its last column."""
    return {
        "flights": _flights(raw["flights"], raw["planes"], raw["airports"], raw["airlines"]),
        "weather": _weather(raw["weather"]),
    }


def _flights(flights: DataFrame, planes: DataFrame, airports: DataFrame, airlines: DataFrame) -> DataFrame:
    aircraft = planes.select("tailnum", F.col("year").alias("built"), F.col("seats").alias("known_seats"))
    zones = airports.select(F.col("faa").alias("dest"), "tzone")
    carriers = airlines.select("carrier", F.col("name").alias("carrier_name"))
    joined = (
        flights.join(F.broadcast(aircraft), on="tailnum", how="left")
        .join(F.broadcast(zones), on="dest", how="left")
        .join(F.broadcast(carriers), on="carrier", how="left")
    )
    # Medians are per month, because the result for a month must not depend on the other months of the same run.
    medians = joined.groupBy(MONTH, "carrier").agg(
        F.percentile_approx("known_seats", 0.5).alias("median_seats"),
        F.percentile_approx(F.col("year") - F.col("built"), 0.5).alias("median_age"),
    )
    timed = _instants(joined.join(F.broadcast(medians), on=[MONTH, "carrier"], how="left"))
    return _treated_flights(timed).select(*CLEANSED_FLIGHTS.column_names, TREATMENTS)


def _instants(flights: DataFrame) -> DataFrame:
    """Flights with scheduled and actual times in UTC; arrival is null where the destination has no known time zone."""
    scheduled = flights.select("*", (F.unix_seconds("time_hour") + F.col("minute") * 60).alias("at"))
    # Time zone conversion is the most expensive part; a separate select makes Spark convert each row once.
    there = F.unix_seconds(F.from_utc_timestamp(F.timestamp_seconds("at"), F.col("tzone")))
    local = scheduled.select("*", F.floor(there / 60).alias("leaves_at"))
    minutes = F.pmod(_minutes(F.col("sched_arr_time")) - F.col("leaves_at"), F.lit(_DAY)).cast("int")
    timed = local.select("*", minutes.alias("scheduled_minutes"))
    return timed.select(
        "*",
        F.timestamp_seconds("at").alias("scheduled_departure"),
        F.timestamp_seconds(F.col("at") - PREDICTION_LEAD_MINUTES * 60).alias(PREDICTION_TIME),
        F.timestamp_seconds(F.col("at") + F.col("dep_delay") * 60).alias("departure"),
        F.timestamp_seconds(F.col("at") + (F.col("scheduled_minutes") + F.col("arr_delay")) * 60).alias("arrival"),
        (F.col("hour") * 60 + F.col("minute")).alias("departure_minute"),
        F.pmod(_minutes(F.col("sched_arr_time")), F.lit(_DAY)).cast("int").alias("arrival_minute"),
    )


def _treated_flights(flights: DataFrame) -> DataFrame:
    # A flight without a delay at arrival was cancelled or diverted.
    is_late = F.coalesce(F.col("arr_delay") > LATE_AFTER_MINUTES, F.lit(True)).cast("int")
    stamp = F.date_format("scheduled_departure", "yyyyMMdd'T'HHmm'Z'")
    age = F.coalesce(F.col("year") - F.col("built"), F.col("median_age"))
    return flights.select(
        F.concat_ws("-", stamp, "carrier", "flight", "origin").alias("flight_id"),
        "scheduled_departure",
        PREDICTION_TIME,
        "departure",
        "arrival",
        F.make_date("year", F.substring(MONTH, 6, 2).cast("int"), "day").alias("local_date"),
        F.col("hour").alias("local_hour"),
        "departure_minute",
        "arrival_minute",
        "scheduled_minutes",
        _limited("dep_delay").alias("departure_delay"),
        _limited("arr_delay").alias("arrival_delay"),
        is_late.alias("is_late"),
        "carrier",
        "carrier_name",
        "flight",
        F.col("tailnum").alias("tail_number"),
        "origin",
        F.col("dest").alias("destination"),
        "distance",
        F.coalesce("known_seats", "median_seats").alias("seats"),
        age.cast("int").alias("aircraft_age"),
        MONTH,
        _treatments(
            {
                "departure_delay: limited": _is_beyond("dep_delay"),
                "arrival_delay: limited": _is_beyond("arr_delay"),
                "seats: median of the carrier": F.col("known_seats").isNull(),
                "aircraft_age: median of the carrier": F.col("built").isNull(),
                "tail_number: unknown aircraft": F.col("tailnum").isNull(),
                "arrival: unknown, the destination has no zone": F.col("tzone").isNull(),
            }
        ),
    )


def _weather(weather: DataFrame) -> DataFrame:
    # The observation of an hour is known when the hour has ended.
    known_at = F.timestamp_seconds(F.unix_seconds("time_hour") + _HOUR_SECONDS)
    hours = Window.partitionBy("origin", MONTH).orderBy(F.unix_seconds("time_hour"))
    recent = hours.rangeBetween(-3 * _HOUR_SECONDS, 0)
    filled = ("wind_dir", "pressure", "visib")
    return weather.select(
        "origin",
        known_at.alias("known_at"),
        "temp",
        "dewp",
        "humid",
        "wind_speed",
        MONTH,
        F.coalesce("wind_gust", "wind_speed").alias("wind_gust"),
        F.coalesce("precip", F.lit(0.0)).alias("precip"),
        *(F.last(name, ignorenulls=True).over(recent).alias(name) for name in filled),
        _treatments(
            {
                "wind_gust: wind speed": F.col("wind_gust").isNull(),
                "precip: none": F.col("precip").isNull(),
                **{f"{name}: last of three hours": F.col(name).isNull() for name in filled},
            }
        ),
    ).select(*CLEANSED_WEATHER.column_names, TREATMENTS)


def _minutes(clock: Column) -> Column:
    """Minutes after midnight of a local time in the format HHMM; 2400 is the next midnight."""
    return F.floor(clock / 100) * 60 + clock % 100


def _limited(name: str) -> Column:
    low, high = DELAY_LIMITS
    return F.when(F.col(name).isNotNull(), F.greatest(F.least(F.col(name), F.lit(high)), F.lit(low)))


def _is_beyond(name: str) -> Column:
    return ~F.col(name).between(*DELAY_LIMITS)


def _treatments(conditions: Mapping[str, Column]) -> Column:
    named = [F.when(condition, F.lit(treatment)) for treatment, condition in conditions.items()]
    return F.array_compact(F.array(*named)).alias(TREATMENTS)
