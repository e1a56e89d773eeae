"""Model of the pipeline and its goals."""

from jobs.contracts.goals import LINEAR, Goal, Goals
from jobs.contracts.hyperparameters import HyperparameterRange, Scale
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.pipelines.footfall.feature_groups import FEATURE_GROUPS, SENSOR_TREND

MODEL = ModelSpec(
    problem=Problem.REGRESSION,
    label="pedestrians",
    # A day is counted when the next one begins.
    label_delay=1,
    identifier="hour_id",
    prediction="expected_pedestrians",
    numeric=tuple(column.name for group in FEATURE_GROUPS for column in group.features),
    categorical=(SENSOR_TREND.record_identifier.name,),
    baselines={"yesterday": "count_yesterday", "last_week": "count_last_week", "four_weeks": "mean_4w"},
    objective="mae",
    search=(
        HyperparameterRange(name="learning_rate", minimum=0.03, maximum=0.2, scale=Scale.LOGARITHMIC),
        HyperparameterRange(name="max_depth", minimum=4, maximum=8, integer=True),
        HyperparameterRange(name="min_child_weight", minimum=1.0, maximum=50.0, scale=Scale.LOGARITHMIC),
        HyperparameterRange(name="subsample", minimum=0.6, maximum=1.0),
        HyperparameterRange(name="colsample_bytree", minimum=0.5, maximum=1.0),
    ),
    fixed={"n_estimators": 400, "early_stopping_rounds": 20, "max_bin": 128, "seed": 7},
)

#: Set from the four folds, July and the first days of August, before the test weeks were looked at.
GOALS = Goals(
    goals=(
        # Staff and street cleaning are planned with the counts of last week today.
        Goal(metric="mae", baseline="last_week", improvement=0.05, confident=True),
        # Otherwise a spreadsheet would do, or a model that can be read line by line.
        Goal(metric="mae", baseline="four_weeks", improvement=0.0),
        Goal(metric="mae", baseline=LINEAR, improvement=0.0),
        # Who plans the hours of a day needs their profile, and not only how busy the day will be.
        Goal(metric="r2", baseline="last_week", improvement=0.05, within_day=True),
        # A plan that is wrong by more than this needs so many changes on the day that it is not worth making.
        Goal(metric="wape", maximum=0.2),
    ),
)
