"""Goals of the flight delay model."""

from jobs.contracts.goals import Goals, MistakeCosts

GOALS = Goals(
    minimums={"roc_auc": 0.745, "pr_auc": 0.55},
    deciding="pr_auc",
    # About the noise of tuning twice on the same data.
    tolerance=0.005,
    # Missed connections and crews after an unexpected delay, against preparations for a delay that does not happen.
    costs=MistakeCosts(missed=4.0, false_alarm=1.0),
)
