"""The definition of the pipeline: sources, derived tables, feature groups, model and goals."""

from dataclasses import replace

from jobs.contracts import columns
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Column, ColumnType, Quality, Table, Zone
from jobs.pipelines.flight_delay.feature_groups import FEATURE_GROUPS
from jobs.pipelines.flight_delay.goals import GOALS
from jobs.pipelines.flight_delay.model import MODEL
from jobs.pipelines.flight_delay.sources import MONTH, SOURCES, WEATHER


def _column(name: str, column_type: ColumnType, description: str, *, nullable: bool = True) -> Column:
    return Column(name=name, type=column_type, description=description, nullable=nullable)


_FLIGHT_ID = _column(
    MODEL.identifier, ColumnType.STRING, "scheduled departure, carrier, flight number and origin", nullable=False
)
_PREDICTION_TIME = _column(
    columns.PREDICTION_TIME, ColumnType.TIMESTAMP, "two hours before scheduled departure", nullable=False
)
_LABEL = _column(
    MODEL.label, ColumnType.INT, "1 when more than 15 minutes late at arrival; absent when it never arrived"
)


def _quarantine(source: Table) -> Table:
    """The table with the unchanged rows of a source that break a rule, and the names of the rules."""
    failed = _column(
        columns.FAILED_RULES, ColumnType.STRING, "names of the broken rules, comma-separated", nullable=False
    )
    nullable = tuple(replace(column, nullable=True, minimum=None, maximum=None) for column in source.columns)
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
        _FLIGHT_ID,
        _column("scheduled_departure", ColumnType.TIMESTAMP, "instant", nullable=False),
        _PREDICTION_TIME,
        _column("departure", ColumnType.TIMESTAMP, "actual instant; absent when cancelled"),
        _column("arrival", ColumnType.TIMESTAMP, "actual instant; absent when unknown"),
        _column("local_date", ColumnType.DATE, "local day of departure", nullable=False),
        _column("local_hour", ColumnType.INT, "scheduled local hour", nullable=False),
        _column("departure_minute", ColumnType.INT, "minutes after local midnight", nullable=False),
        _column("arrival_minute", ColumnType.INT, "minutes after midnight at the destination", nullable=False),
        _column("scheduled_minutes", ColumnType.INT, "scheduled gate-to-gate time"),
        _column("departure_delay", ColumnType.INT, "minutes late, within the limits that count in a mean"),
        _column("arrival_delay", ColumnType.INT, "minutes late, within the limits that count in a mean"),
        _LABEL,
        _column("carrier", ColumnType.STRING, "two-letter carrier code", nullable=False),
        _column("carrier_name", ColumnType.STRING, "name of the carrier"),
        _column("flight", ColumnType.INT, "flight number", nullable=False),
        _column("tail_number", ColumnType.STRING, "aircraft; absent when unknown"),
        _column("origin", ColumnType.STRING, "departure airport", nullable=False),
        _column("destination", ColumnType.STRING, "arrival airport", nullable=False),
        _column("distance", ColumnType.INT, "miles", nullable=False),
        _column("seats", ColumnType.INT, "seats of the aircraft, or the median of its carrier"),
        _column("aircraft_age", ColumnType.INT, "years since manufacture"),
        MONTH,
    ),
    keys=(MODEL.identifier,),
    partition_by=(columns.MONTH,),
    event_time="scheduled_departure",
    quality=Quality(minimum_rows=1000),
)

CLEANSED_WEATHER = Table(
    name="weather",
    zone=Zone.CLEANSED,
    description="hourly weather without gaps that the three hours before can fill",
    columns=(
        _column("origin", ColumnType.STRING, "airport", nullable=False),
        _column("known_at", ColumnType.TIMESTAMP, "end of the observed hour", nullable=False),
        *(replace(WEATHER.column(name), nullable=True) for name in ("temp", "dewp", "humid", "wind_dir")),
        *(replace(WEATHER.column(name), nullable=True) for name in ("wind_speed", "wind_gust", "precip")),
        *(WEATHER.column(name) for name in ("pressure", "visib")),
        MONTH,
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
        _column(columns.SPLIT, ColumnType.STRING, "train, validation, test or score", nullable=False),
        _FLIGHT_ID,
        MONTH,
        _PREDICTION_TIME,
        _LABEL,
        *(_column(name, ColumnType.STRING, "categorical feature") for name in MODEL.categorical),
        *(_column(name, ColumnType.DOUBLE, "numeric feature") for name in MODEL.numeric),
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
        _FLIGHT_ID,
        MONTH,
        Column(
            name=columns.PROBABILITY,
            type=ColumnType.DOUBLE,
            description="of arriving more than 15 minutes late",
            nullable=False,
            minimum=0,
            maximum=1,
        ),
        _column("predicted_late", ColumnType.BOOLEAN, "probability at or above the threshold", nullable=False),
        _column(columns.THRESHOLD, ColumnType.DOUBLE, "threshold of least cost", nullable=False),
        _column(columns.MODEL_VERSION, ColumnType.STRING, "version in the registry", nullable=False),
        _column(columns.RUN_ID, ColumnType.STRING, "run that made the prediction", nullable=False),
        _column(columns.SCORED_AT, ColumnType.TIMESTAMP, "when the row was published", nullable=False),
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
        *(_quarantine(source) for source in SOURCES),
        CLEANSED_FLIGHTS,
        CLEANSED_WEATHER,
        TRAINING,
        PREDICTIONS,
    ),
    feature_groups=FEATURE_GROUPS,
    model=MODEL,
    goals=GOALS,
)
