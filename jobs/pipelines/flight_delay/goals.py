"""What the model must reach on held-out months to be registered, and what its mistakes cost."""

MINIMUM_ROC_AUC = 0.745
MINIMUM_PR_AUC = 0.55

LATE_AFTER_MINUTES = 15

#: Cost in the same unit: a late flight nobody prepared for (missed connections, crews) against preparing in vain.
COST_OF_MISSED_LATE_FLIGHT = 4.0
COST_OF_FALSE_ALARM = 1.0


def cost_of_mistakes(*, missed: int, false_alarms: int) -> float:
    """Total cost of a threshold's mistakes; the threshold of least cost is the one in use."""
    return missed * COST_OF_MISSED_LATE_FLIGHT + false_alarms * COST_OF_FALSE_ALARM
