"""What the model reads: ordered features by kind, the label and the identifier of a row."""

from jobs.contracts.tables import ColumnType
from jobs.pipelines.flight_delay.feature_groups import AIRPORT_STATE, FEATURE_GROUPS

NUMERIC_FEATURES: tuple[str, ...] = tuple(
    column.name for group in FEATURE_GROUPS for column in group.features if column.type is ColumnType.DOUBLE
)
CATEGORICAL_FEATURES: tuple[str, ...] = (
    *(column.name for group in FEATURE_GROUPS for column in group.features if column.type is ColumnType.STRING),
    AIRPORT_STATE.record_identifier.name,
)
#: 1 when the flight arrived more than 15 minutes late, 0 when not, absent when it never arrived.
LABEL = "is_late"
IDENTIFIER = "flight_id"
