"""The features of all feature groups for a range of days."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import DataFrame

from jobs.pipelines.flight_delay.feature_groups import AIRPORT_STATE, FLIGHT_HISTORY
from jobs.pipelines.flight_delay.transforms.airport_state import airport_state
from jobs.pipelines.flight_delay.transforms.flight_history import flight_history


def features(cleansed: Mapping[str, DataFrame], *, first_day: date, last_day: date) -> dict[str, DataFrame]:
    """Rows by feature group whose event time lies on the UTC days from first to last, both included."""
    flights = cleansed["flights"]
    return {
        FLIGHT_HISTORY.name: flight_history(flights, first_day=first_day, last_day=last_day),
        AIRPORT_STATE.name: airport_state(flights, cleansed["weather"], first_day=first_day, last_day=last_day),
    }
