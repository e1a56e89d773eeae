"""Feature groups of the pipeline: flight and airport as known two hours before scheduled departure."""

from jobs.contracts.features import FeatureGroup, number, text

#: Delays in minutes are limited to this range, so that a single extreme delay does not dominate a mean.
DELAY_LIMITS = (-40, 180)

FLIGHT_HISTORY = FeatureGroup(
    name="flight_history",
    description="schedule, aircraft and recent past of a flight, known when the prediction is asked for",
    record_identifier=text("flight_id", "scheduled departure, carrier, flight number and origin"),
    look_back_days=1,
    features=(
        text("carrier", "two-letter carrier code"),
        text("destination", "arrival airport"),
        number("departure_minute", "scheduled departure, minutes after local midnight"),
        number("arrival_minute", "scheduled arrival, minutes after midnight at the destination"),
        number("day_of_week", "1 is Sunday"),
        number("scheduled_minutes", "scheduled gate-to-gate time; absent where the zone is unknown"),
        number("distance", "miles"),
        number("departures_in_hour", "departures scheduled at the origin in the same local hour"),
        number("departures_in_day", "departures scheduled at the origin on the same local day"),
        number("seats", "seats of the aircraft, or the median of its carrier"),
        number("aircraft_age", "years since manufacture"),
        number("aircraft_delay", "minutes late of the aircraft's previous leg, as far as known"),
        number("aircraft_status", "previous leg: 0 waiting, 1 departed, 2 arrived"),
        number("aircraft_gap", "minutes since the previous leg's scheduled departure"),
        number("late_rate_flight_30d", "share of this carrier's flight number that came late"),
        number("late_rate_carrier_hour_30d", "share of this carrier and hour that came late"),
        number("late_rate_carrier_7d", "share of this carrier that came late"),
        number("late_rate_origin_7d", "share of this origin that came late"),
        number("late_rate_origin_30d", "share of this origin that came late"),
        number("late_rate_destination_30d", "share of this destination that came late"),
        number("carrier_departure_delay_1h", "mean minutes late of the carrier's departures"),
        number("carrier_departure_delay_3h", "mean minutes late of the carrier's departures"),
        number("carrier_arrival_delay_3h", "mean minutes late of the carrier's arrivals"),
        number("carrier_waiting", "the carrier's flights past schedule and not departed"),
        number("carrier_waiting_share", "the same as a share of its flights scheduled in 6 hours"),
        number("carrier_origin_departure_delay_3h", "mean minutes late of the carrier at this origin"),
        number("carrier_origin_arrival_delay_3h", "mean minutes late at arrival of the same"),
        number("carrier_origin_arrival_delay_12h", "mean minutes late at arrival of the same"),
        number("carrier_origin_waiting_share", "share of the same scheduled in 6 hours and not departed"),
        number("destination_arrival_delay_3h", "mean minutes late of arrivals at the destination"),
        number("destination_arrival_delay_12h", "mean minutes late of arrivals at the destination"),
    ),
)

AIRPORT_STATE = FeatureGroup(
    name="airport_state",
    description="weather and traffic of a departure airport every half hour, as known at that moment",
    record_identifier=text("origin", "departure airport"),
    look_back_days=1,
    features=(
        number("temperature", "Fahrenheit"),
        number("dew_point", "Fahrenheit"),
        number("humidity", "percent"),
        number("wind_direction", "degrees"),
        number("wind_speed", "miles per hour"),
        number("wind_gust", "miles per hour; the wind speed without gusts"),
        number("precipitation", "inches in the last observed hour"),
        number("pressure", "millibars"),
        number("pressure_change_3h", "millibars"),
        number("visibility", "miles"),
        number("visibility_low_3h", "lowest of the last three hours, miles"),
        number("origin_departures_1h", "departures"),
        number("origin_departures_3h", "departures"),
        number("origin_departure_delay_1h", "mean minutes late of departures"),
        number("origin_departure_delay_3h", "mean minutes late of departures"),
        number("origin_arrival_delay_1h", "mean minutes late at arrival of flights from here"),
        number("origin_arrival_delay_3h", "mean minutes late at arrival of flights from here"),
        number("origin_waiting", "flights past schedule and not departed"),
        number("origin_waiting_share", "the same as a share of flights scheduled in 6 hours"),
    ),
)

#: In the order in which the data set job joins them: the group with the fewest keys first, while rows have few columns.
FEATURE_GROUPS = (AIRPORT_STATE, FLIGHT_HISTORY)
