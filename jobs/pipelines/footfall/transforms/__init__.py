"""Transforms of the pipeline, without side effects, which the Spark jobs call by name."""

from jobs.pipelines.footfall.transforms.cleansing import cleanse
from jobs.pipelines.footfall.transforms.features import features
from jobs.pipelines.footfall.transforms.spine import spine

__all__ = ["cleanse", "features", "spine"]
