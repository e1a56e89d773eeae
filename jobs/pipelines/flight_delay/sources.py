"""The five source tables, with the quality rules of their rows."""

from dataclasses import replace

from jobs.contracts.model_tables import partition_column
from jobs.contracts.partitions import Partitions
from jobs.contracts.sources import Csv, Source
from jobs.contracts.tables import Column, ColumnType, Quality, Reference, Rule

PARTITIONS = Partitions.monthly("America/New_York")
#: The column with the month, `YYYY-MM`.
MONTH = PARTITIONS.column
_CSV = Csv(null="NA")


def _text(field_id: int, name: str, description: str, *, nullable: bool = True) -> Column:
    return Column(id=field_id, name=name, type=ColumnType.STRING, description=description, nullable=nullable)


def _whole(
    field_id: int, name: str, description: str, minimum: float, maximum: float, *, nullable: bool = True
) -> Column:
    return Column(
        id=field_id,
        name=name,
        type=ColumnType.INT,
        description=description,
        nullable=nullable,
        minimum=minimum,
        maximum=maximum,
    )


def _real(
    field_id: int, name: str, description: str, minimum: float, maximum: float, *, nullable: bool = True
) -> Column:
    whole = _whole(field_id, name, description, minimum, maximum, nullable=nullable)
    return replace(whole, type=ColumnType.DOUBLE)


def _time_hour(field_id: int) -> Column:
    description = "start of the scheduled or observed hour"
    return Column(id=field_id, name="time_hour", type=ColumnType.TIMESTAMP, description=description, nullable=False)


_CLOCK_TIMES = ("dep_time", "sched_dep_time", "arr_time", "sched_arr_time")
_LOCAL_TIME = f"from_utc_timestamp(time_hour, '{PARTITIONS.time_zone}')"
_LOCAL_HOUR = Rule(
    name="local_hour",
    condition=f"year = year({_LOCAL_TIME}) AND day = day({_LOCAL_TIME}) AND hour = hour({_LOCAL_TIME})",
    description="year, day and hour are those of time_hour in New York",
)

FLIGHTS = Source(
    name="flights",
    format=_CSV,
    arrival="flights/month={partition}/flights.csv",
    description="departures from the three New York airports, with what happened to them",
    columns=(
        _whole(1, "year", "local year of departure", 2013, 2100, nullable=False),
        _whole(2, "day", "local day of month", 1, 31, nullable=False),
        _whole(3, "dep_time", "actual departure, local HHMM", 1, 2400),
        _whole(4, "sched_dep_time", "scheduled departure, local HHMM", 0, 2359, nullable=False),
        _whole(5, "dep_delay", "minutes late at departure", -120, 2880),
        _whole(6, "arr_time", "actual arrival, HHMM local to the destination", 1, 2400),
        _whole(7, "sched_arr_time", "scheduled arrival, HHMM local to the destination", 0, 2400, nullable=False),
        _whole(8, "arr_delay", "minutes late at arrival", -180, 2880),
        _text(9, "carrier", "two-letter carrier code", nullable=False),
        _whole(10, "flight", "flight number", 1, 9999, nullable=False),
        _text(11, "tailnum", "tail number of the aircraft; absent for most cancelled flights"),
        _text(12, "origin", "departure airport", nullable=False),
        _text(13, "dest", "arrival airport", nullable=False),
        _whole(14, "air_time", "minutes in the air", 10, 1000),
        _whole(15, "distance", "miles between the airports", 10, 6000, nullable=False),
        _whole(16, "hour", "scheduled local hour", 0, 23, nullable=False),
        _whole(17, "minute", "scheduled minute", 0, 59, nullable=False),
        _time_hour(18),
        partition_column(PARTITIONS, 19),
    ),
    keys=(PARTITIONS.column, "day", "carrier", "flight", "origin"),
    partition_by=(PARTITIONS.column,),
    event_time="time_hour",
    quality=Quality(
        # No reference for tailnum and dest: planes lacks one in six aircraft and airports lacks Puerto Rico,
        # so the rule would quarantine good flights; the cleansing step treats both as missing values.
        references=(
            Reference(column="carrier", table="airlines", key="carrier"),
            Reference(column="origin", table="airports", key="faa"),
        ),
        rules=(
            _LOCAL_HOUR,
            Rule(
                name="clock_times",
                condition=" AND ".join(f"{name} % 100 < 60" for name in _CLOCK_TIMES),
                description="the last two digits of clock times are minutes below 60",
            ),
        ),
        minimum_rows=1000,
        maximum_quarantined=0.02,
        freshness_days=2,
    ),
)

WEATHER = Source(
    name="weather",
    format=_CSV,
    arrival="weather/month={partition}/weather.csv",
    description="hourly weather observations at the departure airports",
    columns=(
        _text(1, "origin", "airport of the observation", nullable=False),
        _whole(2, "year", "local year", 2013, 2100, nullable=False),
        _whole(3, "day", "local day of month", 1, 31, nullable=False),
        _whole(4, "hour", "local hour", 0, 23, nullable=False),
        _real(5, "temp", "temperature in Fahrenheit", -60, 130, nullable=False),
        _real(6, "dewp", "dew point in Fahrenheit", -80, 100, nullable=False),
        _real(7, "humid", "relative humidity in percent", 0, 100, nullable=False),
        _real(8, "wind_dir", "wind direction in degrees; absent when calm or variable", 0, 360),
        _real(9, "wind_speed", "wind speed in miles per hour", 0, 150, nullable=False),
        _real(10, "wind_gust", "gust speed in miles per hour; absent without gusts", 0, 200),
        _real(11, "precip", "precipitation in inches", 0, 10),
        _real(12, "pressure", "sea level pressure in millibars", 870, 1085),
        _real(13, "visib", "visibility in miles", 0, 10),
        _time_hour(14),
        partition_column(PARTITIONS, 15),
    ),
    keys=("origin", "time_hour"),
    partition_by=(PARTITIONS.column,),
    event_time="time_hour",
    quality=Quality(
        references=(Reference(column="origin", table="airports", key="faa"),),
        rules=(_LOCAL_HOUR,),
        minimum_rows=500,
        maximum_quarantined=0.02,
        freshness_days=3,
    ),
)

PLANES = Source(
    name="planes",
    format=_CSV,
    arrival="planes/planes.csv",
    description="aircraft by tail number",
    columns=(
        _text(1, "tailnum", "tail number", nullable=False),
        _whole(2, "year", "year of manufacture", 1950, 2100),
        _text(3, "type", "type of aircraft"),
        _text(4, "manufacturer", "manufacturer"),
        _text(5, "model", "model"),
        _whole(6, "engines", "number of engines", 1, 4),
        _whole(7, "seats", "number of seats", 1, 600),
        _whole(8, "speed", "average cruising speed in miles per hour", 50, 700),
        _text(9, "engine", "type of engine"),
    ),
    keys=("tailnum",),
    quality=Quality(minimum_rows=100, maximum_quarantined=0.02),
)

AIRPORTS = Source(
    name="airports",
    format=_CSV,
    arrival="airports/airports.csv",
    description="airports with their place and time zone",
    columns=(
        _text(1, "faa", "airport code", nullable=False),
        _text(2, "name", "name", nullable=False),
        _real(3, "lat", "latitude in degrees", -90, 90, nullable=False),
        _real(4, "lon", "longitude in degrees", -180, 180, nullable=False),
        _whole(5, "alt", "altitude in feet", -1500, 15000),
        _real(6, "tz", "hours from UTC without daylight saving", -12, 14),
        _text(7, "dst", "daylight saving rule"),
        replace(_text(8, "tzone", "IANA time zone", nullable=False), is_time_zone=True),
    ),
    keys=("faa",),
    quality=Quality(minimum_rows=100, maximum_quarantined=0.02),
)

AIRLINES = Source(
    name="airlines",
    format=_CSV,
    arrival="airlines/airlines.csv",
    description="carriers",
    columns=(
        _text(1, "carrier", "two-letter carrier code", nullable=False),
        _text(2, "name", "name", nullable=False),
    ),
    keys=("carrier",),
    quality=Quality(minimum_rows=1, maximum_quarantined=0.1),
)

#: Referenced tables come before the tables that refer to them.
SOURCES = (AIRLINES, AIRPORTS, PLANES, WEATHER, FLIGHTS)
