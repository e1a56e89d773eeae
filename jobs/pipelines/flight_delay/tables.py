"""The cleansed tables of the pipeline."""

from dataclasses import replace

from jobs.contracts import columns
from jobs.contracts.model_tables import partition_column
from jobs.contracts.tables import Column, ColumnType, Quality, Table, Zone
from jobs.pipelines.flight_delay.model import MODEL
from jobs.pipelines.flight_delay.sources import PARTITIONS, WEATHER


def _column(field_id: int, name: str, column_type: ColumnType, description: str, *, nullable: bool = True) -> Column:
    return Column(id=field_id, name=name, type=column_type, description=description, nullable=nullable)


CLEANSED_FLIGHTS = Table(
    name="flights",
    zone=Zone.CLEANSED,
    description="flights with instants in UTC, joined with aircraft and destination zone",
    columns=(
        _column(1, MODEL.identifier, ColumnType.STRING, "scheduled departure, carrier, number, origin", nullable=False),
        _column(2, "scheduled_departure", ColumnType.TIMESTAMP, "instant", nullable=False),
        _column(3, columns.PREDICTION_TIME, ColumnType.TIMESTAMP, "two hours before departure", nullable=False),
        _column(4, "departure", ColumnType.TIMESTAMP, "actual instant; absent when cancelled"),
        _column(5, "arrival", ColumnType.TIMESTAMP, "actual instant; absent when unknown"),
        _column(6, "local_date", ColumnType.DATE, "local day of departure", nullable=False),
        _column(7, "local_hour", ColumnType.INT, "scheduled local hour", nullable=False),
        _column(8, "departure_minute", ColumnType.INT, "minutes after local midnight", nullable=False),
        _column(9, "arrival_minute", ColumnType.INT, "minutes after midnight at the destination", nullable=False),
        _column(10, "scheduled_minutes", ColumnType.INT, "scheduled gate-to-gate time"),
        _column(11, "departure_delay", ColumnType.INT, "minutes late, within the limits that count in a mean"),
        _column(12, "arrival_delay", ColumnType.INT, "minutes late, within the limits that count in a mean"),
        _column(13, MODEL.label, ColumnType.INT, "1 when late at arrival or never there"),
        _column(14, "carrier", ColumnType.STRING, "two-letter carrier code", nullable=False),
        _column(15, "carrier_name", ColumnType.STRING, "name of the carrier"),
        _column(16, "flight", ColumnType.INT, "flight number", nullable=False),
        _column(17, "tail_number", ColumnType.STRING, "aircraft; absent when unknown"),
        _column(18, "origin", ColumnType.STRING, "departure airport", nullable=False),
        _column(19, "destination", ColumnType.STRING, "arrival airport", nullable=False),
        _column(20, "distance", ColumnType.INT, "miles", nullable=False),
        _column(21, "seats", ColumnType.INT, "seats of the aircraft, or the median of its carrier"),
        _column(22, "aircraft_age", ColumnType.INT, "years since manufacture"),
        partition_column(PARTITIONS, 23),
    ),
    keys=(MODEL.identifier,),
    partition_by=(PARTITIONS.column,),
    event_time="scheduled_departure",
    quality=Quality(minimum_rows=1000),
)


def _filled(field_id: int, name: str) -> Column:
    """A measurement whose gaps the three hours before can fill, so it may still be absent."""
    return replace(WEATHER.column(name), id=field_id, nullable=True)


CLEANSED_WEATHER = Table(
    name="weather",
    zone=Zone.CLEANSED,
    description="hourly weather without gaps that the three hours before can fill",
    columns=(
        _column(1, "origin", ColumnType.STRING, "airport", nullable=False),
        _column(2, "known_at", ColumnType.TIMESTAMP, "end of the observed hour", nullable=False),
        _filled(3, "temp"),
        _filled(4, "dewp"),
        _filled(5, "humid"),
        _filled(6, "wind_dir"),
        _filled(7, "wind_speed"),
        _filled(8, "wind_gust"),
        _filled(9, "precip"),
        replace(WEATHER.column("pressure"), id=10),
        replace(WEATHER.column("visib"), id=11),
        partition_column(PARTITIONS, 12),
    ),
    keys=("origin", "known_at"),
    partition_by=(PARTITIONS.column,),
    event_time="known_at",
    quality=Quality(minimum_rows=500),
)
