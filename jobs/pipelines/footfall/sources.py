"""The three source tables, with the quality rules of their rows.

A day begins at 06:00 and ends at 05:59 of the next calendar day, as the counts are published: the fireworks of New Year
are in hour 0 of 31 December. Hours are those of the clock in Auckland. A day always has 24 of them: the hour that
repeats when daylight saving ends has the pedestrians of both, and the one that is skipped when it begins has none.
"""

from jobs.contracts.model_tables import partition_column
from jobs.contracts.partitions import Partitions
from jobs.contracts.sources import Csv, JsonLines, Parquet, Source
from jobs.contracts.tables import Column, ColumnType, Quality, Reference

PARTITIONS = Partitions.daily("Pacific/Auckland")
#: The hour of the clock at which a day begins.
FIRST_HOUR = 6


def _sensor(field_id: int) -> Column:
    description = "street address of the counter, with the direction where it has two"
    return Column(id=field_id, name="sensor", type=ColumnType.STRING, description=description, nullable=False)


def _degrees(field_id: int, name: str, minimum: float, maximum: float) -> Column:
    return Column(
        id=field_id,
        name=name,
        type=ColumnType.DOUBLE,
        description="degrees, within the city",
        nullable=False,
        minimum=minimum,
        maximum=maximum,
    )


SENSORS = Source(
    name="sensors",
    format=Csv(delimiter=";"),
    arrival="sensors/day={partition}/sensors.csv",
    description="the register of counters at the start of a day",
    columns=(
        _sensor(1),
        _degrees(2, "latitude", -37.1, -36.6),
        _degrees(3, "longitude", 174.4, 175.1),
        partition_column(PARTITIONS, 4),
    ),
    keys=(PARTITIONS.column, "sensor"),
    partition_by=(PARTITIONS.column,),
    quality=Quality(minimum_rows=10),
)

HOLIDAYS = Source(
    name="holidays",
    format=Parquet(),
    arrival="holidays/holidays.parquet",
    description="public holidays in Auckland, which are known years before",
    columns=(
        Column(id=1, name="date", type=ColumnType.DATE, description="local calendar day", nullable=False),
        Column(id=2, name="name", type=ColumnType.STRING, description="name of the holiday", nullable=False),
    ),
    keys=("date",),
    quality=Quality(minimum_rows=10),
)

COUNTS = Source(
    name="counts",
    format=JsonLines(),
    arrival="counts/day={partition}/counts.jsonl",
    # The counts of a day arrive when the day is over.
    delay=1,
    description="pedestrians per counter and hour, in both directions together",
    columns=(
        _sensor(1),
        Column(
            id=2,
            name="hour",
            type=ColumnType.INT,
            description="hour of the clock; 0 to 5 are after midnight",
            nullable=False,
            minimum=0,
            maximum=23,
        ),
        Column(
            id=3,
            name="pedestrians",
            type=ColumnType.INT,
            description="count; absent while the counter is out of service",
            minimum=0,
            maximum=20_000,
        ),
        partition_column(PARTITIONS, 4),
    ),
    keys=(PARTITIONS.column, "sensor", "hour"),
    partition_by=(PARTITIONS.column,),
    quality=Quality(
        references=(Reference(column="sensor", table="sensors", key="sensor"),),
        minimum_rows=240,
        # In a day with a wrong clock the source repeats up to two of its hours.
        maximum_quarantined=0.1,
    ),
)

#: Referenced tables come before the tables that refer to them.
SOURCES = (SENSORS, HOLIDAYS, COUNTS)
