"""Feature groups of the pipeline, all known when the day begins."""

from jobs.contracts.features import FeatureGroup
from jobs.contracts.tables import Column, ColumnType


def _number(name: str, description: str) -> Column:
    return Column(name=name, type=ColumnType.DOUBLE, description=description)


def _key(name: str, description: str) -> Column:
    return Column(name=name, type=ColumnType.STRING, description=description, nullable=False)


SENSOR_TREND = FeatureGroup(
    name="sensor_trend",
    description="how the traffic of a counter changes",
    record_identifier=_key("sensor", "counter"),
    features=(
        _number("week_on_week", "pedestrians of the last seven days as a multiple of those of the seven before"),
    ),
)

HOUR_HISTORY = FeatureGroup(
    name="hour_history",
    description="calendar of the day, and earlier counts of the same counter in the same hour",
    record_identifier=_key("sensor_hour", "counter and hour"),
    features=(
        _number("hour_of_day", "hour of the clock"),
        _number("day_of_week", "1 is Sunday"),
        _number("is_holiday", "1 on a public holiday, otherwise 0"),
        _number("count_yesterday", "pedestrians of the day before"),
        _number("count_last_week", "pedestrians of the same weekday one week before"),
        _number("mean_7d", "mean of the last seven days"),
        _number("mean_4w", "mean of the same weekday in the last four weeks, without public holidays"),
        _number("lowest_4w", "lowest of the same four days"),
        _number("highest_4w", "highest of the same four days"),
    ),
)

#: In the order in which the data set job joins them: the group with the fewest keys first.
FEATURE_GROUPS = (SENSOR_TREND, HOUR_HISTORY)
