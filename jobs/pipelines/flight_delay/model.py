"""Model of the flight delay pipeline: its label, identifier and features."""

from jobs.contracts.hyperparameters import HyperparameterRange, Scale
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.tables import ColumnType
from jobs.pipelines.flight_delay.feature_groups import AIRPORT_STATE, FEATURE_GROUPS

#: A flight is late when it arrives more than this many minutes after its schedule.
LATE_AFTER_MINUTES = 15


def _features(column_type: ColumnType) -> tuple[str, ...]:
    return tuple(column.name for group in FEATURE_GROUPS for column in group.features if column.type is column_type)


MODEL = ModelSpec(
    problem=Problem.BINARY,
    # 1 when the flight arrived late, 0 when it arrived in time, null when it never arrived.
    label="is_late",
    identifier="flight_id",
    prediction="predicted_late",
    numeric=_features(ColumnType.DOUBLE),
    categorical=(*_features(ColumnType.STRING), AIRPORT_STATE.record_identifier.name),
    objective="roc_auc",
    search=(
        HyperparameterRange(name="learning_rate", minimum=0.06, maximum=0.25, scale=Scale.LOGARITHMIC),
        HyperparameterRange(name="max_depth", minimum=5, maximum=9, integer=True),
        HyperparameterRange(name="min_child_weight", minimum=10.0, maximum=200.0, scale=Scale.LOGARITHMIC),
        HyperparameterRange(name="subsample", minimum=0.7, maximum=1.0),
        HyperparameterRange(name="colsample_bytree", minimum=0.3, maximum=0.7),
        HyperparameterRange(name="reg_lambda", minimum=1.0, maximum=30.0, scale=Scale.LOGARITHMIC),
    ),
    # The number of trees is an upper limit: early stopping on the validation split ends before it.
    fixed={"n_estimators": 200, "early_stopping_rounds": 15, "max_bin": 128, "seed": 7},
)
