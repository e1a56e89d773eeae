"""The field ids of the features in the training table."""

from itertools import count

#: Features in the order in which they were added. New ones follow at the end, and removed ones stay in the list,
#: because a field id is never used again. The ids 1 to 5 are the columns before the features.
_FEATURES = """
carrier destination origin temperature dew_point humidity wind_direction wind_speed wind_gust precipitation pressure
pressure_change_3h visibility visibility_low_3h origin_departures_1h origin_departures_3h origin_departure_delay_1h
origin_departure_delay_3h origin_arrival_delay_1h origin_arrival_delay_3h origin_waiting origin_waiting_share
departure_minute arrival_minute day_of_week scheduled_minutes distance departures_in_hour departures_in_day seats
aircraft_age aircraft_delay aircraft_status aircraft_gap late_rate_flight_30d late_rate_carrier_hour_30d
late_rate_carrier_7d late_rate_origin_7d late_rate_origin_30d late_rate_destination_30d carrier_departure_delay_1h
carrier_departure_delay_3h carrier_arrival_delay_3h carrier_waiting carrier_waiting_share
carrier_origin_departure_delay_3h carrier_origin_arrival_delay_3h carrier_origin_arrival_delay_12h
carrier_origin_waiting_share destination_arrival_delay_3h destination_arrival_delay_12h
"""

FEATURE_IDS = dict(zip(_FEATURES.split(), count(6), strict=False))
