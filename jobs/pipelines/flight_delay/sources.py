"""The five source tables, with the quality rules of their rows."""

from jobs.contracts import columns
from jobs.contracts.tables import Column, ColumnType, Quality, Reference, Table, Zone


def _text(name: str, description: str, *, nullable: bool = True) -> Column:
    return Column(name=name, type=ColumnType.STRING, description=description, nullable=nullable)


def _whole(
    name: str, description: str, minimum: float | None, maximum: float | None, *, nullable: bool = True
) -> Column:
    return Column(
        name=name,
        type=ColumnType.INT,
        description=description,
        nullable=nullable,
        minimum=minimum,
        maximum=maximum,
    )


def _real(name: str, description: str, minimum: float, maximum: float, *, nullable: bool = True) -> Column:
    return Column(
        name=name,
        type=ColumnType.DOUBLE,
        description=description,
        nullable=nullable,
        minimum=minimum,
        maximum=maximum,
    )


#: The partition column is in the path of a landing file (`month=2013-01/`), not in the file.
MONTH = _text(columns.MONTH, "local month of the row as YYYY-MM", nullable=False)
_TIME_HOUR = Column(
    name="time_hour", type=ColumnType.TIMESTAMP, description="start of the scheduled or observed hour", nullable=False
)

FLIGHTS = Table(
    name="flights",
    zone=Zone.RAW,
    description="departures from the three New York airports, with what happened to them",
    columns=(
        _whole("year", "local year of departure", 2013, 2100, nullable=False),
        _whole("day", "local day of month", 1, 31, nullable=False),
        _whole("dep_time", "actual departure, local HHMM", 1, 2400),
        _whole("sched_dep_time", "scheduled departure, local HHMM", 0, 2359, nullable=False),
        _whole("dep_delay", "minutes late at departure", -120, 2880),
        _whole("arr_time", "actual arrival, HHMM local to the destination", 1, 2400),
        _whole("sched_arr_time", "scheduled arrival, HHMM local to the destination", 0, 2400, nullable=False),
        _whole("arr_delay", "minutes late at arrival", -180, 2880),
        _text("carrier", "two-letter carrier code", nullable=False),
        _whole("flight", "flight number", 1, 9999, nullable=False),
        _text("tailnum", "tail number of the aircraft; absent for most cancelled flights"),
        _text("origin", "departure airport", nullable=False),
        _text("dest", "arrival airport", nullable=False),
        _whole("air_time", "minutes in the air", 10, 1000),
        _whole("distance", "miles between the airports", 10, 6000, nullable=False),
        _whole("hour", "scheduled local hour", 0, 23, nullable=False),
        _whole("minute", "scheduled minute", 0, 59, nullable=False),
        _TIME_HOUR,
        MONTH,
    ),
    keys=(columns.MONTH, "day", "carrier", "flight", "origin"),
    partition_by=(columns.MONTH,),
    event_time="time_hour",
    quality=Quality(
        # No reference for tailnum and dest: planes lacks one in six aircraft and airports lacks Puerto Rico,
        # so the rule would quarantine good flights; the cleansing step treats both as missing values.
        references=(
            Reference(column="carrier", table="airlines", key="carrier"),
            Reference(column="origin", table="airports", key="faa"),
        ),
        minimum_rows=1000,
        maximum_quarantined=0.02,
        freshness_days=2,
    ),
)

WEATHER = Table(
    name="weather",
    zone=Zone.RAW,
    description="hourly weather observations at the departure airports",
    columns=(
        _text("origin", "airport of the observation", nullable=False),
        _whole("year", "local year", 2013, 2100, nullable=False),
        _whole("day", "local day of month", 1, 31, nullable=False),
        _whole("hour", "local hour", 0, 23, nullable=False),
        _real("temp", "temperature in Fahrenheit", -60, 130, nullable=False),
        _real("dewp", "dew point in Fahrenheit", -80, 100, nullable=False),
        _real("humid", "relative humidity in percent", 0, 100, nullable=False),
        _real("wind_dir", "wind direction in degrees; absent when calm or variable", 0, 360),
        _real("wind_speed", "wind speed in miles per hour", 0, 150, nullable=False),
        _real("wind_gust", "gust speed in miles per hour; absent without gusts", 0, 200),
        _real("precip", "precipitation in inches", 0, 10),
        _real("pressure", "sea level pressure in millibars", 870, 1085),
        _real("visib", "visibility in miles", 0, 10),
        _TIME_HOUR,
        MONTH,
    ),
    keys=("origin", "time_hour"),
    partition_by=(columns.MONTH,),
    event_time="time_hour",
    quality=Quality(
        references=(Reference(column="origin", table="airports", key="faa"),),
        minimum_rows=500,
        maximum_quarantined=0.02,
        freshness_days=3,
    ),
)

PLANES = Table(
    name="planes",
    zone=Zone.RAW,
    description="aircraft by tail number",
    columns=(
        _text("tailnum", "tail number", nullable=False),
        _whole("year", "year of manufacture", 1950, 2013),
        _text("type", "type of aircraft"),
        _text("manufacturer", "manufacturer"),
        _text("model", "model"),
        _whole("engines", "number of engines", 1, 4),
        _whole("seats", "number of seats", 1, 600),
        _whole("speed", "average cruising speed in miles per hour", 50, 700),
        _text("engine", "type of engine"),
    ),
    keys=("tailnum",),
    quality=Quality(minimum_rows=100, maximum_quarantined=0.02),
)

AIRPORTS = Table(
    name="airports",
    zone=Zone.RAW,
    description="airports with their place and time zone",
    columns=(
        _text("faa", "airport code", nullable=False),
        _text("name", "name", nullable=False),
        _real("lat", "latitude in degrees", -90, 90, nullable=False),
        _real("lon", "longitude in degrees", -180, 180, nullable=False),
        _whole("alt", "altitude in feet", -1500, 15000),
        _real("tz", "hours from UTC without daylight saving", -12, 14),
        _text("dst", "daylight saving rule"),
        _text("tzone", "IANA time zone", nullable=False),
    ),
    keys=("faa",),
    quality=Quality(minimum_rows=100, maximum_quarantined=0.02),
)

AIRLINES = Table(
    name="airlines",
    zone=Zone.RAW,
    description="carriers",
    columns=(
        _text("carrier", "two-letter carrier code", nullable=False),
        _text("name", "name", nullable=False),
    ),
    keys=("carrier",),
    quality=Quality(minimum_rows=1, maximum_quarantined=0.0),
)

#: Referenced tables come before the tables that refer to them.
SOURCES = (AIRLINES, AIRPORTS, PLANES, WEATHER, FLIGHTS)
