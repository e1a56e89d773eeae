"""Traffic events of flights, from which the state of a carrier, an airport or a destination is computed."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.pipelines.flight_delay.transforms.rolling import Frame, slot_after

#: Number of slots in an hour.
HOUR = 2

#: A flight counts as waiting from its scheduled departure until it departs, but at most this long, because cancelled
#: flights never depart.
WAITING_SECONDS = 6 * 3600
WAITING = Frame("waiting")
SCHEDULED_6H = Frame("scheduled", 6 * HOUR)


def departures(hours: int) -> Frame:
    """The number of departures in the past hours."""
    return Frame("departures", hours * HOUR)


def departure_delay(hours: int) -> Frame:
    """The sum of departure delays, in minutes, in the past hours."""
    return Frame("departure_delay", hours * HOUR)


def arrivals(hours: int) -> Frame:
    """The number of arrivals in the past hours."""
    return Frame("arrivals", hours * HOUR)


def arrival_delay(hours: int) -> Frame:
    """The sum of arrival delays, in minutes, in the past hours."""
    return Frame("arrival_delay", hours * HOUR)


def traffic_events(flights: DataFrame) -> DataFrame:
    """Up to four events per flight: scheduled, no longer waiting, departed, arrived."""
    waiting_limit = F.timestamp_seconds(F.unix_seconds("scheduled_departure") + WAITING_SECONDS)
    ready = F.greatest("departure", "scheduled_departure")
    waiting_end = F.when(F.col("departure").isNull(), waiting_limit).otherwise(F.least(ready, waiting_limit))
    zero = F.lit(0)
    one = F.lit(1)

    def event(slot: Column, **values: Column) -> Column:
        names = ("scheduled", "waiting", "departures", "departure_delay", "arrivals", "arrival_delay")
        return F.struct(slot.alias("slot"), *(values.get(name, zero).alias(name) for name in names))

    events = F.array(
        event(slot_after(F.col("scheduled_departure")), scheduled=one, waiting=one),
        event(slot_after(waiting_end), waiting=F.lit(-1)),
        event(slot_after(F.col("departure")), departures=one, departure_delay=F.col("departure_delay")),
        event(slot_after(F.col("arrival")), arrivals=one, arrival_delay=F.col("arrival_delay")),
    )
    return flights.select("carrier", "origin", "destination", F.inline(events)).filter(F.col("slot").isNotNull())
