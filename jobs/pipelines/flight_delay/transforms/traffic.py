"""What flights do to the state of a carrier, an airport or a destination, as events in time."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.pipelines.flight_delay.transforms.rolling import Frame, slot_after

HOUR = 2
"""Slots of an hour."""

#: A flight past its schedule counts as waiting until it departs, at most this long: some never do.
WAITING_SECONDS = 6 * 3600
WAITING = Frame("waiting")
SCHEDULED_6H = Frame("scheduled", 6 * HOUR)


def departures(hours: int) -> Frame:
    """Departures in the past hours."""
    return Frame("departures", hours * HOUR)


def departure_delay(hours: int) -> Frame:
    """Minutes late of these departures."""
    return Frame("departure_delay", hours * HOUR)


def arrivals(hours: int) -> Frame:
    """Arrivals in the past hours."""
    return Frame("arrivals", hours * HOUR)


def arrival_delay(hours: int) -> Frame:
    """Minutes late of these arrivals."""
    return Frame("arrival_delay", hours * HOUR)


def traffic_events(flights: DataFrame) -> DataFrame:
    """Up to four events per flight: scheduled, no longer waiting, departed, arrived."""
    given_up = F.timestamp_seconds(F.unix_seconds("scheduled_departure") + WAITING_SECONDS)
    ready = F.greatest("departure", "scheduled_departure")
    left = F.when(F.col("departure").isNull(), given_up).otherwise(F.least(ready, given_up))
    nothing = F.lit(0)
    one = F.lit(1)

    def event(slot: Column, **values: Column) -> Column:
        names = ("scheduled", "waiting", "departures", "departure_delay", "arrivals", "arrival_delay")
        return F.struct(slot.alias("slot"), *(values.get(name, nothing).alias(name) for name in names))

    events = F.array(
        event(slot_after(F.col("scheduled_departure")), scheduled=one, waiting=one),
        event(slot_after(left), waiting=F.lit(-1)),
        event(slot_after(F.col("departure")), departures=one, departure_delay=F.col("departure_delay")),
        event(slot_after(F.col("arrival")), arrivals=one, arrival_delay=F.col("arrival_delay")),
    )
    return flights.select("carrier", "origin", "destination", F.inline(events)).filter(F.col("slot").isNotNull())
