"""The definition of the pipeline: sources, derived tables, feature groups, model and goals."""

from dataclasses import replace

from jobs.contracts import columns
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Column, ColumnType, Quality, Table, Zone
from jobs.pipelines.flight_delay.feature_groups import FEATURE_GROUPS
from jobs.pipelines.flight_delay.goals import GOALS
from jobs.pipelines.flight_delay.model import MODEL
from jobs.pipelines.flight_delay.sources import SOURCES, WEATHER, month
from jobs.pipelines.flight_delay.training_ids import FEATURE_IDS

#: The field id of the column with the broken rules in the quarantine table of each source.
_FAILED_RULES_IDS = {"airlines": 3, "airports": 9, "planes": 10, "weather": 16, "flights": 20}


def _column(field_id: int, name: str, column_type: ColumnType, description: str, *, nullable: bool = True) -> Column:
    return Column(id=field_id, name=name, type=column_type, description=description, nullable=nullable)


def _flight_id(field_id: int) -> Column:
    description = "scheduled departure, carrier, flight number and origin"
    return _column(field_id, MODEL.identifier, ColumnType.STRING, description, nullable=False)


def _prediction_time(field_id: int) -> Column:
    description = "two hours before scheduled departure"
    return _column(field_id, columns.PREDICTION_TIME, ColumnType.TIMESTAMP, description, nullable=False)


def _label(field_id: int) -> Column:
    description = "1 when more than 15 minutes late at arrival; absent when it never arrived"
    return _column(field_id, MODEL.label, ColumnType.INT, description)


def _quarantine(source: Table, *, failed_id: int) -> Table:
    """The table with the unchanged rows of a source that break a rule, and the names of the rules.

    Columns that the source gains later follow after `failed_id`, because ids never change.
    """
    failed = _column(
        failed_id, columns.FAILED_RULES, ColumnType.STRING, "names of the broken rules, comma-separated", nullable=False
    )
    nullable = tuple(
        replace(
            column,
            id=column.field_id if column.field_id < failed_id else column.field_id + 1,
            nullable=True,
            minimum=None,
            maximum=None,
        )
        for column in source.columns
    )
    return replace(
        source,
        zone=Zone.QUARANTINE,
        description=f"rows of raw {source.name} that broke a rule",
        columns=(*nullable, failed),
        quality=Quality(minimum_rows=0, maximum_quarantined=1.0),
    )


CLEANSED_FLIGHTS = Table(
    name="flights",
    zone=Zone.CLEANSED,
    description="flights with instants in UTC, joined with aircraft and destination zone",
    columns=(
        _flight_id(1),
        _column(2, "scheduled_departure", ColumnType.TIMESTAMP, "instant", nullable=False),
        _prediction_time(3),
        _column(4, "departure", ColumnType.TIMESTAMP, "actual instant; absent when cancelled"),
        _column(5, "arrival", ColumnType.TIMESTAMP, "actual instant; absent when unknown"),
        _column(6, "local_date", ColumnType.DATE, "local day of departure", nullable=False),
        _column(7, "local_hour", ColumnType.INT, "scheduled local hour", nullable=False),
        _column(8, "departure_minute", ColumnType.INT, "minutes after local midnight", nullable=False),
        _column(9, "arrival_minute", ColumnType.INT, "minutes after midnight at the destination", nullable=False),
        _column(10, "scheduled_minutes", ColumnType.INT, "scheduled gate-to-gate time"),
        _column(11, "departure_delay", ColumnType.INT, "minutes late, within the limits that count in a mean"),
        _column(12, "arrival_delay", ColumnType.INT, "minutes late, within the limits that count in a mean"),
        _label(13),
        _column(14, "carrier", ColumnType.STRING, "two-letter carrier code", nullable=False),
        _column(15, "carrier_name", ColumnType.STRING, "name of the carrier"),
        _column(16, "flight", ColumnType.INT, "flight number", nullable=False),
        _column(17, "tail_number", ColumnType.STRING, "aircraft; absent when unknown"),
        _column(18, "origin", ColumnType.STRING, "departure airport", nullable=False),
        _column(19, "destination", ColumnType.STRING, "arrival airport", nullable=False),
        _column(20, "distance", ColumnType.INT, "miles", nullable=False),
        _column(21, "seats", ColumnType.INT, "seats of the aircraft, or the median of its carrier"),
        _column(22, "aircraft_age", ColumnType.INT, "years since manufacture"),
        month(23),
    ),
    keys=(MODEL.identifier,),
    partition_by=(columns.MONTH,),
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
        month(12),
    ),
    keys=("origin", "known_at"),
    partition_by=(columns.MONTH,),
    event_time="known_at",
    quality=Quality(minimum_rows=500),
)

TRAINING = Table(
    name="training",
    zone=Zone.DATASETS,
    description="labelled flights with features as they were known at prediction time, split by month",
    columns=(
        _column(1, columns.SPLIT, ColumnType.STRING, "train, validation, test or score", nullable=False),
        _flight_id(2),
        month(3),
        _prediction_time(4),
        _label(5),
        *(_column(FEATURE_IDS[name], name, ColumnType.STRING, "categorical feature") for name in MODEL.categorical),
        *(_column(FEATURE_IDS[name], name, ColumnType.DOUBLE, "numeric feature") for name in MODEL.numeric),
    ),
    keys=(columns.SPLIT, MODEL.identifier),
    partition_by=(columns.SPLIT,),
    event_time=columns.PREDICTION_TIME,
)

PREDICTIONS = Table(
    name="flights",
    zone=Zone.PREDICTIONS,
    description="probability of arriving late, per flight, with the model that said so",
    columns=(
        _flight_id(1),
        month(2),
        Column(
            id=3,
            name=columns.PROBABILITY,
            type=ColumnType.DOUBLE,
            description="of arriving more than 15 minutes late",
            nullable=False,
            minimum=0,
            maximum=1,
        ),
        _column(4, "predicted_late", ColumnType.BOOLEAN, "probability at or above the threshold", nullable=False),
        _column(5, columns.THRESHOLD, ColumnType.DOUBLE, "threshold of least cost", nullable=False),
        _column(6, columns.MODEL_VERSION, ColumnType.STRING, "version in the registry", nullable=False),
        _column(7, columns.RUN_ID, ColumnType.STRING, "run that made the prediction", nullable=False),
        _column(8, columns.SCORED_AT, ColumnType.TIMESTAMP, "when the row was published", nullable=False),
    ),
    keys=(MODEL.identifier,),
    partition_by=(columns.MONTH,),
    event_time=columns.SCORED_AT,
)

PIPELINE = Pipeline(
    name="flight_delay",
    description="Will a flight arrive more than 15 minutes late, asked two hours before its scheduled departure?",
    sources=SOURCES,
    tables=(
        *(_quarantine(source, failed_id=_FAILED_RULES_IDS[source.name]) for source in SOURCES),
        CLEANSED_FLIGHTS,
        CLEANSED_WEATHER,
        TRAINING,
        PREDICTIONS,
    ),
    feature_groups=FEATURE_GROUPS,
    model=MODEL,
    goals=GOALS,
)
