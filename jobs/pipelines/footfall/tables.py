"""The cleansed table of the pipeline."""

from jobs.contracts.columns import PREDICTION_TIME
from jobs.contracts.model_tables import partition_column
from jobs.contracts.tables import Column, ColumnType, Quality, Table, Zone
from jobs.pipelines.footfall.model import MODEL
from jobs.pipelines.footfall.sources import PARTITIONS


def _column(field_id: int, name: str, column_type: ColumnType, description: str, *, nullable: bool = False) -> Column:
    return Column(id=field_id, name=name, type=column_type, description=description, nullable=nullable)


HOURS = Table(
    name="hours",
    zone=Zone.CLEANSED,
    description="every hour of every counter, with its count as far as it is known",
    columns=(
        _column(1, MODEL.identifier, ColumnType.STRING, "day, hour and counter"),
        _column(2, "sensor", ColumnType.STRING, "counter"),
        _column(3, "hour", ColumnType.INT, "hour of the clock; 0 to 5 are after midnight"),
        _column(4, "sensor_hour", ColumnType.STRING, "counter and hour"),
        _column(5, PREDICTION_TIME, ColumnType.TIMESTAMP, "start of the day"),
        _column(6, "weekday", ColumnType.INT, "1 is Sunday"),
        _column(7, "is_holiday", ColumnType.INT, "1 on a public holiday, otherwise 0"),
        _column(8, MODEL.label, ColumnType.INT, "pedestrians; absent when not counted, or not yet", nullable=True),
        partition_column(PARTITIONS, 9),
    ),
    keys=(MODEL.identifier,),
    partition_by=(PARTITIONS.column,),
    event_time=PREDICTION_TIME,
    quality=Quality(minimum_rows=240),
)
