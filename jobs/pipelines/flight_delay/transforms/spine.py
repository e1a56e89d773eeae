"""The rows of the data set: one per flight, with the keys of the feature groups, prediction time and label."""

from collections.abc import Mapping

from pyspark.sql import DataFrame

from jobs.contracts.columns import PREDICTION_TIME
from jobs.pipelines.flight_delay.model import MODEL
from jobs.pipelines.flight_delay.sources import MONTH


def spine(cleansed: Mapping[str, DataFrame]) -> DataFrame:
    """Identifier, origin, month, prediction time and label of each flight."""
    return cleansed["flights"].select(MODEL.identifier, "origin", MONTH, PREDICTION_TIME, MODEL.label)
