"""Feature groups of the pipeline: flight and airport as known two hours before scheduled departure."""

from jobs.contracts.features import FeatureGroup
from jobs.contracts.tables import Column, ColumnType


def _number(name: str, description: str) -> Column:
    return Column(name=name, type=ColumnType.DOUBLE, description=description)


def _category(name: str, description: str) -> Column:
    return Column(name=name, type=ColumnType.STRING, description=description, nullable=False)


def _key(name: str, description: str) -> Column:
    return Column(name=name, type=ColumnType.STRING, description=description, nullable=False)


#: Delays in minutes are limited to this range, so that a single extreme delay does not dominate a mean.
DELAY_LIMITS = (-40, 180)

FLIGHT_HISTORY = FeatureGroup(
    name="flight_history",
    description="schedule, aircraft and recent past of a flight, known when the prediction is asked for",
    record_identifier=_key("flight_id", "scheduled departure, carrier, flight number and origin"),
    features=(
        _category("carrier", "two-letter carrier code"),
        _category("destination", "arrival airport"),
        _number("departure_minute", "scheduled departure, minutes after local midnight"),
        _number("arrival_minute", "scheduled arrival, minutes after midnight at the destination"),
        _number("day_of_week", "1 is Sunday"),
        _number("scheduled_minutes", "scheduled gate-to-gate time; absent where the zone is unknown"),
        _number("distance", "miles"),
        _number("departures_in_hour", "departures scheduled at the origin in the same local hour"),
        _number("departures_in_day", "departures scheduled at the origin on the same local day"),
        _number("seats", "seats of the aircraft, or the median of its carrier"),
        _number("aircraft_age", "years since manufacture"),
        _number("aircraft_delay", "minutes late of the aircraft's previous leg, as far as known"),
        _number("aircraft_status", "previous leg: 0 waiting, 1 departed, 2 arrived"),
        _number("aircraft_gap", "minutes since the previous leg's scheduled departure"),
        _number("late_rate_flight_30d", "share of this carrier's flight number that came late"),
        _number("late_rate_carrier_hour_30d", "share of this carrier and hour that came late"),
        _number("late_rate_carrier_7d", "share of this carrier that came late"),
        _number("late_rate_origin_7d", "share of this origin that came late"),
        _number("late_rate_origin_30d", "share of this origin that came late"),
        _number("late_rate_destination_30d", "share of this destination that came late"),
        _number("carrier_departure_delay_1h", "mean minutes late of the carrier's departures"),
        _number("carrier_departure_delay_3h", "mean minutes late of the carrier's departures"),
        _number("carrier_arrival_delay_3h", "mean minutes late of the carrier's arrivals"),
        _number("carrier_waiting", "the carrier's flights past schedule and not departed"),
        _number("carrier_waiting_share", "the same as a share of its flights scheduled in 6 hours"),
        _number("carrier_origin_departure_delay_3h", "mean minutes late of the carrier at this origin"),
        _number("carrier_origin_arrival_delay_3h", "mean minutes late at arrival of the same"),
        _number("carrier_origin_arrival_delay_12h", "mean minutes late at arrival of the same"),
        _number("carrier_origin_waiting_share", "share of the same scheduled in 6 hours and not departed"),
        _number("destination_arrival_delay_3h", "mean minutes late of arrivals at the destination"),
        _number("destination_arrival_delay_12h", "mean minutes late of arrivals at the destination"),
    ),
)

AIRPORT_STATE = FeatureGroup(
    name="airport_state",
    description="weather and traffic of a departure airport every half hour, as known at that moment",
    record_identifier=_key("origin", "departure airport"),
    features=(
        _number("temperature", "Fahrenheit"),
        _number("dew_point", "Fahrenheit"),
        _number("humidity", "percent"),
        _number("wind_direction", "degrees"),
        _number("wind_speed", "miles per hour"),
        _number("wind_gust", "miles per hour; the wind speed without gusts"),
        _number("precipitation", "inches in the last observed hour"),
        _number("pressure", "millibars"),
        _number("pressure_change_3h", "millibars"),
        _number("visibility", "miles"),
        _number("visibility_low_3h", "lowest of the last three hours, miles"),
        _number("origin_departures_1h", "departures"),
        _number("origin_departures_3h", "departures"),
        _number("origin_departure_delay_1h", "mean minutes late of departures"),
        _number("origin_departure_delay_3h", "mean minutes late of departures"),
        _number("origin_arrival_delay_1h", "mean minutes late at arrival of flights from here"),
        _number("origin_arrival_delay_3h", "mean minutes late at arrival of flights from here"),
        _number("origin_waiting", "flights past schedule and not departed"),
        _number("origin_waiting_share", "the same as a share of flights scheduled in 6 hours"),
    ),
)

#: In the order in which the data set job joins them: the group with the fewest keys first, while rows have few columns.
FEATURE_GROUPS = (AIRPORT_STATE, FLIGHT_HISTORY)
