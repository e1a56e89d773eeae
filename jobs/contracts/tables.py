"""Tables as values: columns, keys, partitioning and the quality rules their rows must pass."""

from dataclasses import dataclass
from enum import StrEnum


class ContractError(ValueError):
    """A contract, or data that breaks one; the message says what, what was received and what is allowed."""


class Zone(StrEnum):
    """The zones of the lake in the order in which data moves through them; each has its own bucket and databases."""

    LANDING = "landing"
    RAW = "raw"
    QUARANTINE = "quarantine"
    CLEANSED = "cleansed"
    FEATURES = "features"
    DATASETS = "datasets"
    ARTIFACTS = "artifacts"
    PREDICTIONS = "predictions"


#: The zones whose data are Iceberg tables; landing and artifacts hold plain files.
TABLE_ZONES = (Zone.RAW, Zone.QUARANTINE, Zone.CLEANSED, Zone.FEATURES, Zone.DATASETS, Zone.PREDICTIONS)


class ColumnType(StrEnum):
    """Column types by their name, which is the same in Spark SQL, Glue and Iceberg."""

    STRING = "string"
    INT = "int"
    BIGINT = "bigint"
    FLOAT = "float"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"


#: Iceberg reserves the ids above for metadata columns (Iceberg table spec, reserved field ids).
HIGHEST_FIELD_ID = 2_147_483_447


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; `minimum` and `maximum` are inclusive and in the unit the description names.

    `id` is the Iceberg field id of a column in a table: data files name their columns by it, so it never changes and is
    never used again. A renamed column keeps its id and lists its earlier names in `formerly`. Columns of feature groups
    have no id, because SageMaker assigns it.
    """

    name: str
    type: ColumnType
    description: str
    id: int | None = None
    formerly: tuple[str, ...] = ()
    nullable: bool = True
    minimum: float | None = None
    maximum: float | None = None
    is_time_zone: bool = False
    """Whether each value is the name of an IANA time zone, such as Europe/Madrid."""
    allow_nan: bool = False
    """Whether a float may be infinite or NaN."""
    sensitive: bool = False

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name != self.name.lower():
            raise ContractError(f"column name {self.name!r}: allowed are lower-case identifiers")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ContractError(f"column {self.name}: minimum {self.minimum} is above maximum {self.maximum}")
        if self.is_time_zone and self.type is not ColumnType.STRING:
            raise ContractError(f"column {self.name}: is_time_zone with type {self.type}; allowed is string")
        if self.id is not None and not 1 <= self.id <= HIGHEST_FIELD_ID:
            raise ContractError(f"column {self.name}: id {self.id}: allowed is 1 to {HIGHEST_FIELD_ID}")

    @property
    def field_id(self) -> int:
        """The Iceberg field id; raises ContractError for a column without one."""
        if self.id is None:
            raise ContractError(f"column {self.name}: has no id; a column of a table needs one, for example id=1")
        return self.id


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A reference: each non-null value of `column` must exist as `key` of `table` in the same zone."""

    column: str
    table: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule between the columns of a row: `condition` is Spark SQL that is true or null for every valid row."""

    name: str
    condition: str
    description: str

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name != self.name.lower():
            raise ContractError(f"rule name {self.name!r}: allowed are lower-case identifiers")


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What a batch must satisfy; row rules quarantine the row, limits fail the job before it publishes.

    `maximum_quarantined` is a share of the batch in [0, 1]; `minimum_rows` counts the rows of one batch;
    `freshness_days` is the age the newest row may have at the end of its partition.
    """

    references: tuple[Reference, ...] = ()
    rules: tuple[Rule, ...] = ()
    minimum_rows: int = 1
    maximum_quarantined: float = 0.05
    freshness_days: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.maximum_quarantined <= 1:
            raise ContractError(f"maximum_quarantined {self.maximum_quarantined}: allowed is a share from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Table:
    """An Iceberg table of one zone; `keys` are unique, `partition_by` are Iceberg partition fields."""

    name: str
    zone: Zone
    description: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    partition_by: tuple[str, ...] = ()
    event_time: str | None = None
    quality: Quality = Quality()

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name != self.name.lower():
            raise ContractError(f"table name {self.name!r}: allowed are lower-case identifiers")
        names = [column.name for column in self.columns]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ContractError(f"table {self.name}: columns {repeated} are declared twice")
        ids = [column.field_id for column in self.columns]
        used_twice = sorted({field_id for field_id in ids if ids.count(field_id) > 1})
        if used_twice:
            raise ContractError(f"table {self.name}: ids {used_twice} are used by several columns; each needs its own")
        wanted = {*self.keys, *(field.column for field in self.quality.references)}
        if self.event_time:
            wanted.add(self.event_time)
        missing = sorted(wanted - set(names))
        if missing:
            raise ContractError(f"table {self.name}: {missing} are not columns; columns are {names}")
        if not self.keys:
            raise ContractError(f"table {self.name}: a table needs at least one key column")

    @property
    def column_names(self) -> tuple[str, ...]:
        """The column names in declared order."""
        return tuple(column.name for column in self.columns)

    @property
    def stored_columns(self) -> tuple[Column, ...]:
        """The columns in the order of their ids, which is their order in the stored table."""
        return tuple(sorted(self.columns, key=lambda column: column.field_id))

    def column(self, name: str) -> Column:
        """The column of that name; raises ContractError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ContractError(f"table {self.name} has no column {name!r}; columns are {list(self.column_names)}")
