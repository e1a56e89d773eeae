"""The numbers a monitoring job publishes of each pipeline, which alarms and the dashboard read by the same names."""

from enum import StrEnum

#: The one dimension of each of these metrics.
PIPELINE = "Pipeline"


def metric_namespace(environment: str) -> str:
    """The CloudWatch namespace of an environment's pipelines."""
    return f"MLOps/{environment}"


class PipelineMetric(StrEnum):
    """What is published of a pipeline, once per monitored batch."""

    JUDGED_ROWS = "JudgedRows"
    """Rows the batch held; 0 says that there was nothing to judge, which is not the same as no drift."""
    STALE_TABLES = "StaleTables"
    """Tables whose newest row is older than their contract allows."""
    FEATURE_DRIFT = "FeatureDrift"
    """The largest population stability index of a feature against the data the model learned from."""
    PREDICTION_DRIFT = "PredictionDrift"
    """The population stability index of the predictions against those on the test split."""
    MISSED_GOALS = "MissedGoals"
    """Business goals that the serving model misses on rows whose outcome is known by now."""
