"""Feature groups as values, and the columns that SageMaker adds to their offline tables."""

from dataclasses import dataclass

from jobs.contracts.tables import Column, ColumnType, ContractError

#: SageMaker's names for the three scalar feature types.
FEATURE_TYPES = {
    ColumnType.STRING: "String",
    ColumnType.DATE: "String",
    ColumnType.TIMESTAMP: "String",
    ColumnType.INT: "Integral",
    ColumnType.BIGINT: "Integral",
    ColumnType.BOOLEAN: "Integral",
    ColumnType.FLOAT: "Fractional",
    ColumnType.DOUBLE: "Fractional",
}

#: Columns of every offline table beside the features (SageMaker developer guide, offline store schema).
OFFLINE_COLUMNS = (
    Column(name="write_time", type=ColumnType.TIMESTAMP, description="when the row was written", nullable=False),
    Column(
        name="api_invocation_time",
        type=ColumnType.TIMESTAMP,
        description="when the write was asked for",
        nullable=False,
    ),
    Column(name="is_deleted", type=ColumnType.BOOLEAN, description="true for a tombstone", nullable=False),
)

EVENT_TIME = Column(
    name="event_time",
    type=ColumnType.STRING,
    description="moment from which the values are known, ISO 8601 UTC with seconds and a Z",
    nullable=False,
)


def number(name: str, description: str) -> Column:
    """A numeric feature, which may be absent."""
    return Column(name=name, type=ColumnType.DOUBLE, description=description)


def text(name: str, description: str) -> Column:
    """A categorical feature or the record identifier of a group."""
    return Column(name=name, type=ColumnType.STRING, description=description, nullable=False)


@dataclass(frozen=True, kw_only=True)
class FeatureGroup:
    """Features of one entity over time: one row per record identifier and event time.

    The store takes new features at the end and no other change of columns, so a group that must change otherwise
    becomes a new one under a name like `<name>_v2`. `online_days` is how long the online store keeps a record.
    A row of the data set gets the newest record that is at most `look_back_days` old at its prediction time.
    """

    name: str
    description: str
    record_identifier: Column
    features: tuple[Column, ...]
    look_back_days: int
    online: bool = False
    online_days: int | None = None

    def __post_init__(self) -> None:
        # Glue changes to lower case or rejects other characters in the name of the offline table.
        if not self.name.isidentifier() or self.name != self.name.lower():
            raise ContractError(f"feature group name {self.name!r}: allowed are lower-case identifiers")
        if self.online_days is not None and (self.online_days < 1 or not self.online):
            raise ContractError(
                f"feature group {self.name}: online_days {self.online_days} with online {self.online}; "
                "allowed is a day or more in a group that is online"
            )
        if self.look_back_days < 1:
            raise ContractError(
                f"feature group {self.name}: look_back_days {self.look_back_days}; allowed is a day or more"
            )
        names = [column.name for column in self.columns]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ContractError(f"feature group {self.name}: columns {repeated} are declared twice or reserved")

    @property
    def columns(self) -> tuple[Column, ...]:
        """Record identifier, event time and features: the columns of SageMaker's feature definitions."""
        return (self.record_identifier, EVENT_TIME, *self.features)

    @property
    def offline_columns(self) -> tuple[Column, ...]:
        """The columns of the offline Iceberg table."""
        return (*self.columns, *OFFLINE_COLUMNS)
