"""Model of the flight delay pipeline: its label, identifier and features."""

from collections.abc import Collection

from jobs.contracts.hyperparameters import HyperparameterRange, Scale
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.tables import ColumnType
from jobs.pipelines.flight_delay.feature_groups import AIRPORT_STATE, FEATURE_GROUPS

#: A flight is late when it arrives more than this many minutes after its schedule, or never.
LATE_AFTER_MINUTES = 15
#: Features that follow from the tail number of the aircraft that flew. The source names it after the flight, and names
#: none for most cancelled flights, so a model would learn the outcome from their absence. The store keeps them.
KNOWN_AFTERWARDS = ("seats", "aircraft_age", "aircraft_delay", "aircraft_status", "aircraft_gap")


def _features(column_type: ColumnType, *, without: Collection[str] = ()) -> tuple[str, ...]:
    columns = (column for group in FEATURE_GROUPS for column in group.features)
    return tuple(column.name for column in columns if column.type is column_type and column.name not in without)


MODEL = ModelSpec(
    problem=Problem.BINARY,
    # 1 when the flight arrived late or never, 0 when it arrived in time.
    label="is_late",
    identifier="flight_id",
    prediction="predicted_late",
    numeric=_features(ColumnType.DOUBLE, without=KNOWN_AFTERWARDS),
    categorical=(*_features(ColumnType.STRING), AIRPORT_STATE.record_identifier.name),
    # What people who plan without a model look up: how often the same flight, and the carrier's flights at this hour,
    # came late in the past 30 days.
    baselines={"flight": "late_rate_flight_30d", "carrier_hour": "late_rate_carrier_hour_30d"},
    # The decision weighs costs by probability, so the probability must be right, and not only the order of flights.
    objective="log_loss",
    search=(
        HyperparameterRange(name="learning_rate", minimum=0.06, maximum=0.25, scale=Scale.LOGARITHMIC),
        HyperparameterRange(name="max_depth", minimum=4, maximum=8, integer=True),
        HyperparameterRange(name="min_child_weight", minimum=10.0, maximum=200.0, scale=Scale.LOGARITHMIC),
        HyperparameterRange(name="subsample", minimum=0.7, maximum=1.0),
        HyperparameterRange(name="colsample_bytree", minimum=0.3, maximum=0.7),
        HyperparameterRange(name="reg_lambda", minimum=1.0, maximum=30.0, scale=Scale.LOGARITHMIC),
    ),
    # The number of trees is an upper limit: early stopping on the validation split ends before it.
    fixed={"n_estimators": 200, "early_stopping_rounds": 15, "max_bin": 128, "seed": 7},
)
