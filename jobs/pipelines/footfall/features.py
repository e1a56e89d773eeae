"""The features of the data set in the order in which they were added."""

#: New features follow at the end and removed ones stay, because the position of a feature gives its field id.
FEATURES = (
    "sensor",
    "week_on_week",
    "hour_of_day",
    "day_of_week",
    "is_holiday",
    "count_yesterday",
    "count_last_week",
    "mean_7d",
    "mean_4w",
    "lowest_4w",
    "highest_4w",
)
