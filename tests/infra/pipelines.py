"""A small pipeline with one of everything, so that these tests do not change with the example's contract."""

from dataclasses import replace

from jobs.contracts.features import FeatureGroup
from jobs.contracts.sources import Csv, Source
from jobs.contracts.tables import Column, ColumnType, Table, Zone
from tests.sample_pipelines import sample_pipeline

KEY = Column(id=1, name="meter", type=ColumnType.STRING, description="meter number", nullable=False)
TIME = Column(id=2, name="read_at", type=ColumnType.TIMESTAMP, description="instant of the reading")
VALUE = Column(id=3, name="value", type=ColumnType.BIGINT, description="watt hours")

READINGS = Source(
    name="readings",
    format=Csv(),
    arrival="readings/{partition}.csv",
    description="readings as delivered",
    columns=(KEY, TIME, VALUE),
    keys=("meter",),
    partition_by=("days(read_at)", "bucket(8, meter)"),
)
TRAINING = Table(
    name="training", zone=Zone.DATASETS, description="labelled rows", columns=(KEY, VALUE), keys=("meter",)
)
GROUP = FeatureGroup(
    name="meter_days", description="use per day", record_identifier=KEY, features=(VALUE,), look_back_days=7
)

METERS = replace(sample_pipeline("meters"), sources=(READINGS,), cleansed=(), dataset=TRAINING, feature_groups=(GROUP,))
