"""The definition of the pipeline."""

from datetime import date

from jobs.contracts.model_tables import dataset_table, predictions_table
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.schedule import Schedule
from jobs.contracts.splits import Splits
from jobs.pipelines.footfall.feature_groups import FEATURE_GROUPS
from jobs.pipelines.footfall.features import FEATURES
from jobs.pipelines.footfall.model import GOALS, MODEL
from jobs.pipelines.footfall.sources import PARTITIONS, SOURCES
from jobs.pipelines.footfall.tables import HOURS

PIPELINE = Pipeline(
    name="footfall",
    description="How many pedestrians will pass each counter in each hour of the day that begins?",
    owner="mlops-platform",
    partitions=PARTITIONS,
    sources=SOURCES,
    cleansed=(HOURS,),
    feature_groups=FEATURE_GROUPS,
    # The oldest count that a feature uses is four weeks old.
    history_days=28,
    model=MODEL,
    dataset=dataset_table(
        MODEL,
        PARTITIONS,
        features=FEATURES,
        description="hours with their counts and the features as they were known when the day began, by split",
    ),
    predictions=predictions_table(
        MODEL, PARTITIONS, name="hours", description="expected pedestrians per counter and hour"
    ),
    goals=GOALS,
    # Four models, each fitted on all days before its week, are measured on the four weeks before the test.
    splits=Splits(train=120, validation=28, test=28, folds=4),
    schedule=Schedule(
        # When the day begins and the day before is counted.
        data="10 6 * * *",
        # Shops and streets change slowly, so the model is renewed once a week.
        training="0 7 * * 1",
        start=date(2026, 1, 1),
        lag=0,
        # The example data end with 2025; the test is August, before the hours of the source are wrong in September.
        pinned=date(2025, 9, 1),
    ),
)
