"""A small pipeline with one of everything, so that these tests do not change with the example's contract."""

from jobs.contracts.features import FeatureGroup
from jobs.contracts.goals import Goals, MistakeCosts
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Column, ColumnType, Table, Zone

KEY = Column(id=1, name="meter", type=ColumnType.STRING, description="meter number", nullable=False)
TIME = Column(id=2, name="read_at", type=ColumnType.TIMESTAMP, description="instant of the reading")
VALUE = Column(id=3, name="value", type=ColumnType.BIGINT, description="watt hours")

READINGS = Table(
    name="readings",
    zone=Zone.RAW,
    description="readings as delivered",
    columns=(KEY, TIME, VALUE),
    keys=("meter",),
    partition_by=("days(read_at)", "bucket(8, meter)"),
)
TRAINING = Table(
    name="training", zone=Zone.DATASETS, description="labelled rows", columns=(KEY, VALUE), keys=("meter",)
)
GROUP = FeatureGroup(name="meter_days", description="use per day", record_identifier=KEY, features=(VALUE,))

METERS = Pipeline(
    name="meters",
    description="Forecast of meters",
    sources=(READINGS,),
    tables=(TRAINING,),
    feature_groups=(GROUP,),
    model=ModelSpec(label="value", identifier="meter", numeric=("use",), categorical=()),
    goals=Goals(
        minimums={"roc_auc": 0.7}, deciding="roc_auc", tolerance=0.0, costs=MistakeCosts(missed=1.0, false_alarm=1.0)
    ),
)
