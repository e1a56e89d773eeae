"""Small synthetic pipelines with one of everything, so that tests of the platform name no real pipeline."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from jobs.contracts.engines import Engine
from jobs.contracts.features import FeatureGroup
from jobs.contracts.goals import Goal, Goals, MistakeCosts
from jobs.contracts.hyperparameters import HyperparameterRange
from jobs.contracts.job_settings import JobSettings
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.model_tables import dataset_table, partition_column, predictions_table
from jobs.contracts.partitions import Partitions
from jobs.contracts.pipeline import LONGEST_NAME, Pipeline
from jobs.contracts.schedule import Schedule
from jobs.contracts.sources import Csv, Source
from jobs.contracts.splits import Splits
from jobs.contracts.tables import Column, ColumnType, Table, Zone

PARTITIONS = Partitions.daily()

_KEY = Column(id=1, name="meter", type=ColumnType.STRING, description="meter number", nullable=False)
_TIME = Column(id=2, name="read_at", type=ColumnType.TIMESTAMP, description="instant of the reading", nullable=False)
_VALUE = Column(id=3, name="use", type=ColumnType.DOUBLE, description="watt hours", minimum=0)

READINGS = Source(
    name="readings",
    format=Csv(),
    arrival="readings/{partition}.csv",
    description="readings as delivered",
    columns=(_KEY, _TIME, _VALUE, partition_column(PARTITIONS, 4)),
    keys=("meter", "read_at"),
    partition_by=(PARTITIONS.column,),
    event_time="read_at",
)
CLEANSED = Table(
    name="readings",
    zone=Zone.CLEANSED,
    description="readings without gaps",
    columns=(
        Column(id=1, name="reading_id", type=ColumnType.STRING, description="meter and hour", nullable=False),
        replace(_KEY, id=2),
        Column(id=3, name="prediction_time", type=ColumnType.TIMESTAMP, description="instant", nullable=False),
        Column(id=4, name="target", type=ColumnType.DOUBLE, description="label"),
        partition_column(PARTITIONS, 5),
    ),
    keys=("reading_id",),
    partition_by=(PARTITIONS.column,),
    event_time="prediction_time",
)
GROUP = FeatureGroup(
    name="meter_days",
    description="use per day",
    record_identifier=replace(_KEY, id=None),
    look_back_days=7,
    features=(
        Column(name="use_yesterday", type=ColumnType.DOUBLE, description="watt hours of the day before"),
        Column(name="tariff", type=ColumnType.STRING, description="tariff of the meter"),
    ),
)
_GOALS: Mapping[Problem, Goals] = {
    Problem.BINARY: Goals(
        goals=(Goal(metric="roc_auc", minimum=0.7),),
        costs=MistakeCosts(missed=1.0, false_alarm=1.0),
    ),
    Problem.MULTICLASS: Goals(goals=(Goal(metric="accuracy", minimum=0.5),)),
    Problem.REGRESSION: Goals(goals=(Goal(metric="mae", baseline="yesterday", improvement=0.1),)),
}
_OBJECTIVES = {Problem.BINARY: "roc_auc", Problem.MULTICLASS: "log_loss", Problem.REGRESSION: "mae"}


def sample_model(problem: Problem = Problem.BINARY) -> ModelSpec:
    """The model of a sample pipeline that solves this problem."""
    return ModelSpec(
        problem=problem,
        label="target",
        classes=("low", "middle", "high") if problem is Problem.MULTICLASS else (),
        identifier="reading_id",
        prediction="predicted",
        numeric=("use_yesterday",),
        categorical=("tariff",),
        baselines={"yesterday": "use_yesterday"} if problem is Problem.REGRESSION else {},
        search=(HyperparameterRange(name="max_depth", minimum=2, maximum=4, integer=True),),
        fixed={"n_estimators": 20, "early_stopping_rounds": 5},
        objective=_OBJECTIVES[problem],
    )


def sample_pipeline(name: str = "meters", problem: Problem = Problem.BINARY) -> Pipeline:
    """A pipeline of meters, with one source, one cleansed table and one feature group."""
    model = sample_model(problem)
    return Pipeline(
        name=name,
        description="How much will a meter use?",
        owner="meters-team",
        partitions=PARTITIONS,
        sources=(READINGS,),
        cleansed=(CLEANSED,),
        feature_groups=(GROUP,),
        history_days=2,
        model=model,
        dataset=dataset_table(model, PARTITIONS, features=model.features, description="labelled readings"),
        predictions=predictions_table(model, PARTITIONS, name="readings", description="predicted use"),
        goals=_GOALS[problem],
        splits=Splits(train=5, validation=1, test=2),
        schedule=Schedule(data="0 4 * * *", start=date(2026, 1, 1)),
    )


def pinned_pipeline() -> Pipeline:
    """A pipeline of meters whose data ended, so that all its runs are of the same day, with settings of single jobs."""
    pipeline = sample_pipeline("pinned_meters")
    jobs = {
        "features": JobSettings(engine=Engine.SAGEMAKER, minutes=60, instances=3),
        "tune": JobSettings(minutes=30),
        "train": JobSettings(minutes=180, instance_type="ml.m5.4xlarge"),
        "transform": JobSettings(minutes=45, instance_type="ml.c5.xlarge", instances=2),
    }
    return replace(pipeline, schedule=replace(pipeline.schedule, pinned=date(2026, 1, 21)), jobs=jobs)


def sample_pipelines(count: int) -> list[Pipeline]:
    """As many pipelines of the size of a real one: names that begin alike, and names of the greatest length."""
    names = ["a", "a_b", "a_b_c", *(f"p{number:02}_{'x' * (LONGEST_NAME - 4)}" for number in range(count))]
    return [_large(name) for name in names[:count]]


def _large(name: str) -> Pipeline:
    """A pipeline with six sources, four cleansed tables and four feature groups."""
    sources = [replace(READINGS, name=f"readings_{each}", arrival=f"r{each}/{{partition}}.csv") for each in range(6)]
    cleansed = [replace(CLEANSED, name=f"readings_{number}") for number in range(4)]
    groups = [replace(GROUP, name=f"meter_days_{number}") for number in range(4)]
    return replace(
        sample_pipeline(name),
        sources=tuple(sources),
        cleansed=tuple(cleansed),
        feature_groups=tuple(groups),
        alert_emails=(f"{name}@example.com",),
    )
