"""Goals of the flight delay model."""

from jobs.contracts.goals import Goal, Goals, MistakeCosts

GOALS = Goals(
    goals=(Goal(metric="roc_auc", minimum=0.745), Goal(metric="pr_auc", minimum=0.55)),
    # An unpredicted delay costs connections and crews; a false alarm costs unnecessary preparation.
    costs=MistakeCosts(missed=4.0, false_alarm=1.0),
)
