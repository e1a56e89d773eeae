"""Model of the flight delay pipeline: its label, identifier and features."""

from jobs.contracts.model import ModelSpec
from jobs.contracts.tables import ColumnType
from jobs.pipelines.flight_delay.feature_groups import AIRPORT_STATE, FEATURE_GROUPS

#: A flight is late when it arrives more than this many minutes after its schedule.
LATE_AFTER_MINUTES = 15


def _features(column_type: ColumnType) -> tuple[str, ...]:
    return tuple(column.name for group in FEATURE_GROUPS for column in group.features if column.type is column_type)


MODEL = ModelSpec(
    # 1 when the flight arrived late, 0 when it arrived in time, null when it never arrived.
    label="is_late",
    identifier="flight_id",
    numeric=_features(ColumnType.DOUBLE),
    categorical=(*_features(ColumnType.STRING), AIRPORT_STATE.record_identifier.name),
)
