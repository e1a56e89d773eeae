"""Feature groups of the pipeline, all known when the day begins."""

from jobs.contracts.features import FeatureGroup, number, text

SENSOR_TREND = FeatureGroup(
    name="sensor_trend",
    description="how the traffic of a counter changes",
    record_identifier=text("sensor", "counter"),
    look_back_days=1,
    features=(number("week_on_week", "pedestrians of the last seven days as a multiple of those of the seven before"),),
)

HOUR_HISTORY = FeatureGroup(
    name="hour_history",
    description="calendar of the day, and earlier counts of the same counter in the same hour",
    record_identifier=text("sensor_hour", "counter and hour"),
    look_back_days=1,
    features=(
        number("hour_of_day", "hour of the clock"),
        number("day_of_week", "1 is Sunday"),
        number("is_holiday", "1 on a public holiday, otherwise 0"),
        number("count_yesterday", "pedestrians of the day before"),
        number("count_last_week", "pedestrians of the same weekday one week before"),
        number("mean_7d", "mean of the last seven days"),
        number("mean_4w", "mean of the same weekday in the last four weeks, without public holidays"),
        number("lowest_4w", "lowest of the same four days"),
        number("highest_4w", "highest of the same four days"),
    ),
)

#: In the order in which the data set job joins them: the group with the fewest keys first.
FEATURE_GROUPS = (SENSOR_TREND, HOUR_HISTORY)
