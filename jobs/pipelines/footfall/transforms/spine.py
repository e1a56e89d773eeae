"""The rows of the data set: one per counter and hour, with the keys of the feature groups and the label."""

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import PREDICTION_TIME
from jobs.pipelines.footfall.model import MODEL
from jobs.pipelines.footfall.sources import PARTITIONS


def spine(cleansed: Mapping[str, DataFrame]) -> DataFrame:
    """Identifier, counter, counter and hour, day, prediction time and label; the label is null when not counted."""
    label = F.col(MODEL.label).cast("double").alias(MODEL.label)
    return cleansed["hours"].select(
        MODEL.identifier, "sensor", "sensor_hour", PARTITIONS.column, PREDICTION_TIME, label
    )
