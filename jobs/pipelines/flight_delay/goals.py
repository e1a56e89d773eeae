"""Goals of the flight delay model, set from rolling origins on the months before the test: decisions, `models.md`."""

from jobs.contracts.goals import LINEAR, PRIOR, Goal, Goals, MistakeCosts
from jobs.pipelines.flight_delay.sources import MONTH

GOALS = Goals(
    goals=(
        # Better than to predict the same for every flight, whatever the share of late flights in the test months is.
        Goal(metric="log_loss", baseline=PRIOR, improvement=0.08, confident=True),
        # Otherwise a model that can be read line by line would do.
        Goal(metric="log_loss", baseline=LINEAR, improvement=0.0),
        # In every month better than the rate that a planner looks up.
        Goal(metric="log_loss", baseline="carrier_hour", improvement=0.04, slices=(MONTH,)),
        # Which flight of a day, and not only which day: a bad day is known without a model.
        Goal(metric="roc_auc", baseline="carrier_hour", improvement=0.0, within_day=True, confident=True),
    ),
    # An unpredicted delay costs connections and crews; a false alarm costs unnecessary preparation.
    costs=MistakeCosts(missed=4.0, false_alarm=1.0),
    # An assumption: the operation can prepare for one flight in five.
    capacity=0.2,
)
