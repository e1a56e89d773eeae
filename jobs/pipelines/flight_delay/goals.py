"""Goals of the flight delay model."""

from jobs.contracts.goals import Goals, MistakeCosts

GOALS = Goals(
    minimums={"roc_auc": 0.745, "pr_auc": 0.55},
    deciding="pr_auc",
    # About the difference between two tuning jobs on the same data.
    tolerance=0.005,
    # An unpredicted delay costs connections and crews; a false alarm costs unnecessary preparation.
    costs=MistakeCosts(missed=4.0, false_alarm=1.0),
)
