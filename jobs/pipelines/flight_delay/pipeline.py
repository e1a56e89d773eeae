"""The definition of the pipeline."""

from datetime import date

from jobs.contracts.model_tables import dataset_table, predictions_table
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.schedule import Schedule
from jobs.contracts.splits import Splits
from jobs.pipelines.flight_delay.feature_groups import FEATURE_GROUPS
from jobs.pipelines.flight_delay.features import FEATURES
from jobs.pipelines.flight_delay.goals import GOALS
from jobs.pipelines.flight_delay.model import MODEL
from jobs.pipelines.flight_delay.sources import PARTITIONS, SOURCES
from jobs.pipelines.flight_delay.tables import CLEANSED_FLIGHTS, CLEANSED_WEATHER

PIPELINE = Pipeline(
    name="flight_delay",
    description=(
        "Will a flight arrive more than 15 minutes late, or never, asked two hours before its scheduled departure? "
        "In this example the answers come when the month has ended, because its source reports past flights only."
    ),
    owner="mlops-platform",
    partitions=PARTITIONS,
    sources=SOURCES,
    cleansed=(CLEANSED_FLIGHTS, CLEANSED_WEATHER),
    feature_groups=FEATURE_GROUPS,
    # Late rates use the 30 days before the prediction, and an outcome can be known two days after the schedule.
    history_days=33,
    model=MODEL,
    dataset=dataset_table(
        MODEL,
        PARTITIONS,
        features=FEATURES,
        description="labelled flights with features as they were known at prediction time, by split",
    ),
    predictions=predictions_table(
        MODEL, PARTITIONS, name="flights", description="probability of arriving late or never, per flight"
    ),
    goals=GOALS,
    # Three models, each fitted on all months before its block, are measured on August, September and October.
    splits=Splits(train=7, validation=3, test=2, folds=3),
    schedule=Schedule(
        data="0 4 2 * *",
        start=date(2026, 1, 1),
        # The example data are those of 2013.
        pinned=date(2014, 1, 2),
    ),
)
