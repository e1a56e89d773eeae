"""The rows a data set has: one per flight, with keys of its feature groups, moment and label."""

from collections.abc import Mapping

from pyspark.sql import DataFrame

from jobs.contracts.columns import MONTH, PREDICTION_TIME
from jobs.pipelines.flight_delay.model import MODEL


def spine(cleansed: Mapping[str, DataFrame]) -> DataFrame:
    """Flights with the moment they are asked about; the label is absent where a flight never arrived."""
    return cleansed["flights"].select(MODEL.identifier, "origin", MONTH, PREDICTION_TIME, MODEL.label)
