"""The rows a data set has: one per flight, with keys of its feature groups, moment and label."""

from collections.abc import Mapping

from pyspark.sql import DataFrame

from jobs.pipelines.flight_delay.model import IDENTIFIER, LABEL


def spine(cleansed: Mapping[str, DataFrame]) -> DataFrame:
    """Flights with the moment they are asked about; the label is absent where a flight never arrived."""
    return cleansed["flights"].select(IDENTIFIER, "origin", "month", "prediction_time", LABEL)
