"""Transforms of the pipeline, without side effects, which the Spark jobs call by name."""

from jobs.pipelines.flight_delay.transforms.cleansing import cleanse
from jobs.pipelines.flight_delay.transforms.features import features
from jobs.pipelines.flight_delay.transforms.spine import spine

__all__ = ["cleanse", "features", "spine"]
